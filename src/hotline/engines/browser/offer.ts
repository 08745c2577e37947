// A browser's offer: what matters of it is taken out, checked, and written anew, so that nothing else of it reaches the library.
//
// Its candidates are left out on purpose: we answer connectivity checks (ICE lite) and send none, so that no page can make us
// send datagrams to an address of its choice.

import { MAX_OFFER, MAX_OFFER_LINE, MAX_OFFER_LINES } from './limits.ts'

export interface Offer {
  readonly codec: 'PCMA' | 'PCMU'
  readonly payloadType: number
  /** Payload type of RFC 4733 events at 8000 Hz. */
  readonly eventType: number
  /** The offer as the library gets it: one audio stream, one codec, events. */
  readonly sdp: string
}

const patterns = {
  mid: /^a=mid:([\w-]{1,16})$/,
  ufrag: /^a=ice-ufrag:([\w+/]{4,256})$/,
  pwd: /^a=ice-pwd:([\w+/]{22,256})$/,
  fingerprint: /^a=fingerprint:(sha-256 [0-9A-F]{2}(?::[0-9A-F]{2}){31})$/i,
  setup: /^a=setup:(actpass|active|passive)$/,
  source: /^a=ssrc:(\d{1,10}) /,
}
const roles: Readonly<Record<string, string>> = { actpass: 'actpass', active: 'active', passive: 'passive' }

/** Null when it is no offer that we can take. */
export function readOffer(text: string): Offer | null {
  if (text.length > MAX_OFFER) return null
  const lines = text.split(/\r?\n/, MAX_OFFER_LINES + 1)
  if (lines.length > MAX_OFFER_LINES || lines.some(line => line.length > MAX_OFFER_LINE)) return null
  const media = lines.filter(line => line.startsWith('m='))
  const formats = /^m=audio \d{1,5} UDP\/TLS\/RTP\/SAVPF ([\d ]{1,200})$/.exec(media[0] ?? '')?.[1]
  if (media.length !== 1 || formats === undefined || !lines.includes('a=rtcp-mux')) return null
  const chosen = chooseFormats(formats.split(' '), lines)
  const found = (pattern: RegExp) => lines.map(line => pattern.exec(line)?.[1]).find(value => value !== undefined)
  const [mid, ufrag, pwd] = [found(patterns.mid), found(patterns.ufrag), found(patterns.pwd)]
  const [fingerprint, setup] = [found(patterns.fingerprint), roles[found(patterns.setup) ?? '']]
  const source = Number(found(patterns.source) ?? 0)
  if (!(chosen && mid && ufrag && pwd && fingerprint && setup) || source > 0xffff_ffff) return null
  return { ...chosen, sdp: written(chosen, { mid, ufrag, pwd, fingerprint, setup, source }) }
}

type Formats = Omit<Offer, 'sdp'>

/** The first of our codecs in the browser's own order, and its events of the same clock. */
function chooseFormats(formats: readonly string[], lines: readonly string[]): Formats | null {
  const named = (format: string, name: string) =>
    lines.some(line => line.toLowerCase() === `a=rtpmap:${format} ${name}/8000`)
  const numbers = formats.filter(format => /^\d{1,3}$/.test(format) && Number(format) <= 127)
  const codec = numbers.find(format => named(format, 'pcma') || named(format, 'pcmu'))
  const event = numbers.find(format => named(format, 'telephone-event'))
  if (codec === undefined || event === undefined) return null
  return {
    codec: named(codec, 'pcma') ? 'PCMA' : 'PCMU',
    payloadType: Number(codec),
    eventType: Number(event),
  }
}

interface Transport {
  mid: string
  ufrag: string
  pwd: string
  fingerprint: string
  setup: string
  /** 0 when the browser names none. */
  source: number
}

function written({ codec, payloadType, eventType }: Formats, transport: Transport): string {
  const { mid, ufrag, pwd, fingerprint, setup, source } = transport
  const lines = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    `m=audio 9 UDP/TLS/RTP/SAVPF ${payloadType} ${eventType}`,
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:${fingerprint}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
    'a=sendrecv',
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${codec}/8000`,
    `a=rtpmap:${eventType} telephone-event/8000`,
    ...(source > 0 ? [`a=ssrc:${source} cname:page`] : []),
  ]
  return `${lines.join('\r\n')}\r\n`
}
