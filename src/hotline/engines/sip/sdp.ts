// Session descriptions: reads offers and answers, writes ours. Whatever is malformed becomes null, never an exception.
import { Buffer } from 'node:buffer'
import { isIP } from 'node:net'
import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform'
import { MAX_SDP_LINE, MAX_SDP_LINES, MAX_SDP_MEDIA } from './limits.ts'

export type Codec = 'PCMA' | 'PCMU'

/** What the far end wants: where its sound goes and how it is coded. */
export interface RemoteMedia {
  /** Null when it cannot be sent to (a host name): then it goes where packets come from. */
  readonly address: string | null
  readonly port: number
  readonly codec: Codec
  readonly payloadType: number
  /** Payload type of RFC 4733 events at 8000 Hz, null when they were not offered. */
  readonly eventType: number | null
  /** False while the far end holds us: it sends nothing. */
  readonly sends: boolean
  /** False while the far end wants nothing from us. */
  readonly receives: boolean
}

/** What we say of ourselves. */
export interface LocalMedia {
  readonly sessionId: number
  readonly version: number
  readonly address: string
  readonly port: number
}

const KEPT_ATTRIBUTES = ['rtpmap:', 'fmtp:', 'ptime:']
const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive']
const STATIC_CODECS = new Map<number, Codec>([
  [8, 'PCMA'],
  [0, 'PCMU'],
])

/** Only the lines that matter reach the SDP library, each of bounded length. */
function parseSdp(body: Uint8Array): SessionDescription | null {
  const lines = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('latin1')
    .split('\n', MAX_SDP_LINES + 1)
  if (lines.length > MAX_SDP_LINES) return null
  const kept: string[] = []
  for (const raw of lines) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.length > MAX_SDP_LINE || line.includes('\r')) return null
    const value = line.slice(2)
    const attribute = DIRECTIONS.includes(value) || KEPT_ATTRIBUTES.some(prefix => value.startsWith(prefix))
    if (line.startsWith('a=') ? attribute : 'vocm'.includes(line.charAt(0)) && line.charAt(1) === '=') kept.push(line)
  }
  if (!kept.some(line => line.startsWith('v=0'))) return null
  try {
    return parse(kept.join('\r\n'))
  } catch {
    // The library's own complaints do not matter: an unreadable description is refused.
    return null
  }
}

interface Formats {
  readonly codec: Codec
  readonly payloadType: number
  readonly eventType: number | null
}

/** The first codec of the far end's list that we speak, and its payload type for events. */
function chooseFormats(media: MediaDescription): Formats | null {
  let chosen: { codec: Codec; payloadType: number } | null = null
  let eventType: number | null = null
  for (const text of String(media.payloads ?? '').split(' ')) {
    const payloadType = Number(text)
    if (text === '' || !Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) continue
    const map = media.rtp.find(entry => entry.payload === payloadType)
    const name = String(map?.codec ?? STATIC_CODECS.get(payloadType) ?? '').toUpperCase()
    if (map?.rate !== undefined && map.rate !== 8_000) continue
    if (name === 'TELEPHONE-EVENT') eventType ??= payloadType
    else if ((name === 'PCMA' || name === 'PCMU') && chosen === null) chosen = { codec: name, payloadType }
  }
  return chosen === null ? null : { ...chosen, eventType }
}

/** One media line as something to send to; null when we cannot use it. */
function readMedia(session: SessionDescription, media: MediaDescription): RemoteMedia | null {
  const port = Number(media.port)
  if (media.type !== 'audio' || media.protocol !== 'RTP/AVP' || !(port >= 1 && port <= 65_535)) return null
  const formats = chooseFormats(media)
  const host = String(media.connection?.ip ?? session.connection?.ip ?? '')
  if (formats === null || host === '' || isMulticast(host)) return null
  const direction = media.direction ?? session.direction ?? 'sendrecv'
  // RFC 2543 put a caller on hold by the address 0.0.0.0.
  const nowhere = host === '0.0.0.0' || host === '::'
  return {
    address: isIP(host) === 0 || nowhere ? null : host,
    port,
    ...formats,
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: !nowhere && (direction === 'sendrecv' || direction === 'recvonly'),
  }
}

function isMulticast(host: string): boolean {
  const first = Number(host.split('.', 1)[0])
  return (isIP(host) === 4 && first >= 224) || host.toLowerCase().startsWith('ff')
}

export interface Answer {
  readonly remote: RemoteMedia
  readonly body: Uint8Array
}

/** Answers an offer with its first usable audio line, refusing the other lines; null when there is none. */
export function answerOffer(offer: Uint8Array, local: LocalMedia): Answer | null {
  const session = parseSdp(offer)
  if (session === null || session.media.length === 0 || session.media.length > MAX_SDP_MEDIA) return null
  let remote: RemoteMedia | null = null
  const lines: string[] = []
  for (const media of session.media) {
    const usable: RemoteMedia | null = remote === null ? readMedia(session, media) : null
    if (usable === null || !reachable(usable, local)) {
      lines.push(`m=${media.type ?? 'audio'} 0 ${media.protocol ?? 'RTP/AVP'} ${media.payloads ?? '0'}`)
      continue
    }
    remote = usable
    lines.push(...audioLines(local, [usable], usable.eventType, directionFor(usable)))
  }
  return remote === null ? null : { remote, body: describe(local, lines) }
}

/** Our own offer: A-law first, because the clips are A-law. */
export function makeOffer(local: LocalMedia): Uint8Array {
  const codecs = [...STATIC_CODECS].map(([payloadType, codec]) => ({ payloadType, codec }))
  return describe(local, audioLines(local, codecs, 101, 'sendrecv'))
}

/** What the far end chose of our offer; null when nothing usable. */
export function readAnswer(answer: Uint8Array): RemoteMedia | null {
  const session = parseSdp(answer)
  const media = session?.media[0]
  return session === null || media === undefined ? null : readMedia(session, media)
}

/** From an IPv4 address nothing can be sent to an IPv6 one; the other way round there are mapped addresses. */
function reachable(remote: RemoteMedia, local: LocalMedia): boolean {
  return remote.address === null || isIP(remote.address) === 4 || isIP(local.address) === 6
}

function directionFor({ sends, receives }: RemoteMedia): string {
  if (sends) return receives ? 'sendrecv' : 'recvonly'
  return receives ? 'sendonly' : 'inactive'
}

function audioLines(
  local: LocalMedia,
  codecs: readonly { codec: Codec; payloadType: number }[],
  eventType: number | null,
  direction: string,
): string[] {
  const types = [...codecs.map(({ payloadType }) => payloadType), ...(eventType === null ? [] : [eventType])]
  const events = [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`]
  return [
    `m=audio ${local.port} RTP/AVP ${types.join(' ')}`,
    ...codecs.map(({ codec, payloadType }) => `a=rtpmap:${payloadType} ${codec}/8000`),
    ...(eventType === null ? [] : events),
    'a=ptime:20',
    `a=${direction}`,
  ]
}

function describe(local: LocalMedia, mediaLines: readonly string[]): Uint8Array {
  const family = local.address.includes(':') ? 'IP6' : 'IP4'
  const lines = [
    'v=0',
    `o=dianka ${local.sessionId} ${local.version} IN ${family} ${local.address}`,
    's=-',
    `c=IN ${family} ${local.address}`,
    't=0 0',
    ...mediaLines,
    '',
  ]
  return Buffer.from(lines.join('\r\n'), 'latin1')
}
