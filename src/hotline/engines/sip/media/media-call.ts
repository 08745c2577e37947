// The media of one call: sends sound every 20 ms, takes in what arrives, and finds the keys in it.
import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:dgram'
import type { LineQuality } from '../../../line.ts'
import { keyOfEvent } from '../info-keys.ts'
import type { RemoteMedia } from '../sdp.ts'
import { EventReceiver } from './event-receiver.ts'
import { samplesOf } from './g711.ts'
import { PlayList } from './play-list.ts'
import type { FromMedia } from './protocol.ts'
import { Reception } from './reception.ts'
import { parseRtp, type RtpPacket, RtpWriter } from './rtp.ts'
import { SourceLatch } from './source-latch.ts'
import { ToneDetector } from './tone-detector.ts'

/** Datagrams taken per call between two ticks; a flood beyond it is dropped unread. Sound needs one. */
const MAX_DATAGRAMS_PER_TICK = 25

export class MediaCall {
  readonly #call: number
  readonly #socket: Socket
  readonly #rtpTimeoutMs: number
  readonly #report: (message: FromMedia) => void
  readonly #writer = new RtpWriter()
  readonly #latch = new SourceLatch()
  readonly #reception = new Reception()
  readonly #events = new EventReceiver()
  readonly #tones = new ToneDetector()
  readonly #playList = new PlayList()
  #remote: RemoteMedia | null = null
  #eventsSeen = false
  #heardAtMs = 0
  #silenceReported = false
  #datagrams = 0

  constructor(call: number, socket: Socket, rtpTimeoutMs: number, report: (message: FromMedia) => void) {
    this.#call = call
    this.#socket = socket
    this.#rtpTimeoutMs = rtpTimeoutMs
    this.#report = report
  }

  connect(remote: RemoteMedia, nowMs: number): void {
    this.#remote = remote
    this.#heardAtMs = nowMs
    this.#latch.signal(remote.address === null ? null : { address: remote.address, port: remote.port })
  }

  play(play: number, clips: readonly Uint8Array[]): void {
    this.#stopCurrent()
    this.#playList.start(play, clips)
    this.#writer.restart()
  }

  stop(play: number): void {
    if (this.#playList.current === play) this.#stopCurrent()
  }

  close(): LineQuality {
    this.#socket.close()
    return {
      packetsSent: this.#writer.sent,
      packetsReceived: this.#reception.received,
      packetsLost: this.#reception.lost,
      jitterMs: Math.round(this.#reception.jitterMs * 100) / 100,
    }
  }

  /** Sends 20 ms of sound. While the far end holds us the message goes on unheard, as it would on any telephone. */
  tick(missed: number, nowMs: number): void {
    this.#datagrams = 0
    const remote = this.#remote
    if (remote === null) return
    for (let i = 0; i < missed; i++) this.#writer.skip()
    const play = this.#playList.current
    if (this.#playList.fill(this.#writer.room, remote.codec) && play !== null) {
      this.#report({ type: 'played', call: this.#call, play, end: 'ended' })
    }
    const to = this.#latch.destination
    if (remote.receives && to !== null) this.#socket.send(this.#writer.sound(remote.payloadType), to.port, to.address)
    else this.#writer.skip()
    // Who holds us need not send; everybody else is gone after so long a silence.
    if (!remote.sends) this.#heardAtMs = nowMs
    if (nowMs - this.#heardAtMs < this.#rtpTimeoutMs || this.#silenceReported) return
    this.#silenceReported = true
    this.#report({ type: 'rtpTimeout', call: this.#call })
  }

  receive(datagram: Buffer, address: string, port: number, nowMs: number): void {
    if (this.#remote === null || ++this.#datagrams > MAX_DATAGRAMS_PER_TICK) return
    const packet = parseRtp(datagram)
    if (packet === null || !this.#latch.accepts(address, port, packet.source, nowMs)) return
    const isEvent = packet.payloadType === this.#remote.eventType
    if (!isEvent && packet.payloadType !== this.#remote.payloadType && packet.payloadType !== 13) return
    this.#heardAtMs = nowMs
    this.#reception.take(packet, nowMs, !isEvent)
    if (isEvent) this.#takeEvent(packet, nowMs)
    else if (!this.#eventsSeen && packet.payloadType !== 13) this.#listen(packet, this.#remote)
  }

  #takeEvent(packet: RtpPacket, nowMs: number): void {
    this.#eventsSeen = true
    const event = this.#events.take(packet, nowMs)
    const key = event === null ? null : keyOfEvent(event)
    if (key !== null) this.#report({ type: 'key', call: this.#call, key, way: 'rfc4733', at: Date.now() })
  }

  #listen(packet: RtpPacket, remote: RemoteMedia): void {
    this.#tones.take(packet.payload, samplesOf(remote.codec), key => {
      this.#report({ type: 'key', call: this.#call, key, way: 'inband', at: Date.now() })
    })
  }

  #stopCurrent(): void {
    const play = this.#playList.current
    if (play === null) return
    this.#playList.stop()
    this.#report({ type: 'played', call: this.#call, play, end: 'stopped' })
  }
}
