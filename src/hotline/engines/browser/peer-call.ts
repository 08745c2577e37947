// The media of one browser: sends it sound every 20 ms, takes in what arrives, and finds the keys in it.

import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RTCRtpSender } from 'werift'
import type { LineQuality } from '../../line.ts'
import { keyOfEvent } from '../sip/info-keys.ts'
import { EventReceiver } from '../sip/media/event-receiver.ts'
import { PlayList } from '../sip/media/play-list.ts'
import { Reception } from '../sip/media/reception.ts'
import { type RtpPacket, RtpWriter } from '../sip/media/rtp.ts'
import { MAX_PACKETS_PER_TICK, STUN_BURST, STUN_PER_SECOND } from './limits.ts'
import type { Offer } from './offer.ts'
import type { FromPeers, PeerSettings } from './protocol.ts'

export class PeerCall {
  readonly #call: number
  readonly #offer: Offer
  readonly #rtpTimeoutMs: number
  readonly #report: (message: FromPeers) => void
  readonly #peer: RTCPeerConnection
  readonly #sender: RTCRtpSender
  readonly #writer = new RtpWriter()
  readonly #reception = new Reception()
  readonly #events = new EventReceiver()
  readonly #playList = new PlayList()
  #connected = false
  #over = false
  #heardAtMs = 0
  #silenceReported = false
  #packets = 0

  constructor(call: number, offer: Offer, settings: PeerSettings, report: (message: FromPeers) => void) {
    this.#call = call
    this.#offer = offer
    this.#rtpTimeoutMs = settings.rtpTimeoutMs
    this.#report = report
    this.#peer = new RTCPeerConnection(configOf(offer, settings))
    const { sender, receiver } = this.#peer.addTransceiver(new MediaStreamTrack({ kind: 'audio' }))
    this.#sender = sender
    void receiver
    this.#peer.onTrack.subscribe(track => {
      track.onReceiveRtp.subscribe(({ header, payload }) => {
        const { payloadType, sequenceNumber: sequence, timestamp, ssrc: source } = header
        this.#receive({ payloadType, sequence, timestamp, source, payload }, performance.now())
      })
    })
    this.#peer.connectionStateChange.subscribe(state => this.#changed(state))
  }

  /** Resolves with our answer, candidate and all. */
  async answer(): Promise<string> {
    await this.#peer.setRemoteDescription({ type: 'offer', sdp: this.#offer.sdp })
    await this.#peer.setLocalDescription(await this.#peer.createAnswer())
    const sdp = this.#peer.localDescription?.sdp
    if (!sdp?.includes('a=candidate:')) throw new Error('no port for a browser')
    return sdp
  }

  play(play: number, clips: readonly Uint8Array[]): void {
    this.#stopCurrent()
    this.#playList.start(play, clips)
    this.#writer.restart()
  }

  stop(play: number): void {
    if (this.#playList.current === play) this.#stopCurrent()
  }

  /** Sends 20 ms of sound. */
  tick(missed: number, nowMs: number): void {
    this.#packets = 0
    if (!this.#connected) return
    for (let i = 0; i < missed; i++) this.#writer.skip()
    const play = this.#playList.current
    if (this.#playList.fill(this.#writer.room, this.#offer.codec) && play !== null) {
      this.#report({ type: 'played', call: this.#call, play, end: 'ended' })
    }
    // It is encrypted before this returns, so that the writer's buffer is free again; what fails is the call's end.
    this.#sender.sendRtp(this.#writer.sound(this.#offer.payloadType)).catch(error => this.#fail(error))
    if (nowMs - this.#heardAtMs < this.#rtpTimeoutMs || this.#silenceReported) return
    this.#silenceReported = true
    this.#report({ type: 'rtpTimeout', call: this.#call })
  }

  /** Closes the connection too; what that takes is not waited for. */
  close(): LineQuality {
    this.#over = true
    this.#connected = false
    this.#peer.close().catch(error => this.#report({ type: 'fault', reason: reasonOf(error) }))
    return {
      packetsSent: this.#writer.sent,
      packetsReceived: this.#reception.received,
      packetsLost: this.#reception.lost,
      jitterMs: Math.round(this.#reception.jitterMs * 100) / 100,
    }
  }

  #changed(state: string): void {
    if (this.#over) return
    if (state === 'connected' && !this.#connected) {
      this.#connected = true
      this.#heardAtMs = performance.now()
      this.#report({ type: 'connected', call: this.#call })
    } else if (state === 'closed') this.#report({ type: 'left', call: this.#call })
    else if (state === 'failed') this.#fail(new Error('the connection failed'))
  }

  #receive(packet: RtpPacket, nowMs: number): void {
    if (this.#over || ++this.#packets > MAX_PACKETS_PER_TICK) return
    const isEvent = packet.payloadType === this.#offer.eventType
    if (!isEvent && packet.payloadType !== this.#offer.payloadType) return
    this.#heardAtMs = nowMs
    this.#reception.take(packet, nowMs, !isEvent)
    const event = isEvent ? this.#events.take(packet, nowMs) : null
    const key = event === null ? null : keyOfEvent(event)
    if (key !== null) this.#report({ type: 'key', call: this.#call, key, at: nowMs })
  }

  #stopCurrent(): void {
    const play = this.#playList.current
    if (play === null) return
    this.#playList.stop()
    this.#report({ type: 'played', call: this.#call, play, end: 'stopped' })
  }

  #fail(error: unknown): void {
    if (!this.#over) this.#report({ type: 'failed', call: this.#call, reason: reasonOf(error) })
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** One socket, whose candidate says the address that browsers reach us at; no server in between, nothing looked up. */
function configOf(offer: Offer, { bind, publicAddress, ports }: PeerSettings) {
  const allowed = createStunBudget()
  const codec = (name: string, payloadType: number) =>
    new RTCRtpCodecParameters({ mimeType: `audio/${name}`, clockRate: 8_000, channels: 1, payloadType })
  return {
    codecs: { audio: [codec(offer.codec, offer.payloadType), codec('telephone-event', offer.eventType)], video: [] },
    headerExtensions: { audio: [], video: [] },
    iceLite: true,
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [publicAddress],
    iceInterfaceAddresses: bind.includes(':') ? { udp6: bind } : { udp4: bind },
    iceFilterStunResponse: () => allowed(performance.now()),
    ...(ports === null ? {} : { icePortRange: [ports.first, ports.last] satisfies [number, number] }),
  }
}

/** The library remembers each check it answers: a flood of them is dropped unanswered. */
function createStunBudget(): (nowMs: number) => boolean {
  let left = STUN_BURST
  let atMs = performance.now()
  return nowMs => {
    left = Math.min(STUN_BURST, left + ((nowMs - atMs) * STUN_PER_SECOND) / 1_000)
    atMs = nowMs
    if (left < 1) return false
    left -= 1
    return true
  }
}
