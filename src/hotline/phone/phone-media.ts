// The media of one telephone: sends silence and keys, hears whether somebody speaks, and keeps what it heard if asked to.
import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:dgram'
import { startClock } from '../engines/sip/media/clock.ts'
import { samplesOf, silenceOf } from '../engines/sip/media/g711.ts'
import { Reception } from '../engines/sip/media/reception.ts'
import { parseRtp, RtpWriter } from '../engines/sip/media/rtp.ts'
import { openRtpSocket } from '../engines/sip/media/rtp-port.ts'
import { SourceLatch } from '../engines/sip/media/source-latch.ts'
import type { RemoteMedia } from '../engines/sip/sdp.ts'
import { KeySender } from './key-sender.ts'

/** Mean amplitude (of 32,768) from which on a packet is somebody speaking. */
const SOUND_LEVEL = 150

export interface PhoneMediaEvents {
  /** A packet with sound in it. */
  onSound(): void
  /** Every 20 ms. */
  onTick(): void
}

/** One clock for all telephones of the process. */
const ringing = new Set<PhoneMedia>()
let stopClock: (() => void) | null = null

export class PhoneMedia {
  readonly keys = new KeySender()
  readonly reception = new Reception()
  readonly #events: PhoneMediaEvents
  readonly #writer = new RtpWriter()
  readonly #latch = new SourceLatch()
  readonly #heard: Int16Array[] = []
  readonly #keepSamples: number
  #keptSamples = 0
  #socket: Socket | null = null
  #remote: RemoteMedia | null = null

  /** `keepMs` is how much of what is heard is kept. */
  constructor(events: PhoneMediaEvents, keepMs: number) {
    this.#events = events
    this.#keepSamples = keepMs * 8
  }

  /** Resolves with the local port. */
  async open(bind: string): Promise<number> {
    this.#socket = await openRtpSocket(bind, 0, (datagram, address, port) => this.#receive(datagram, address, port))
    if (this.#socket === null) throw new Error(`no port for sound on ${bind}`)
    return this.#socket.address().port
  }

  connect(remote: RemoteMedia): void {
    this.#remote = remote
    this.#latch.signal(remote.address === null ? null : { address: remote.address, port: remote.port })
    ringing.add(this)
    stopClock ??= startClock(() => {
      for (const media of ringing) media.tick()
    })
  }

  close(): void {
    ringing.delete(this)
    if (ringing.size === 0) {
      stopClock?.()
      stopClock = null
    }
    this.#socket?.close()
    this.#socket = null
    this.#remote = null
  }

  /** What was heard, in one piece. */
  heard(): Int16Array {
    const all = new Int16Array(this.#keptSamples)
    let at = 0
    for (const part of this.#heard) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  tick(): void {
    const remote = this.#remote
    const to = this.#latch.destination
    if (remote === null || to === null) return
    const send = (packet: Buffer): void => this.#socket?.send(packet, to.port, to.address)
    if (!this.keys.step(this.#writer, remote, send)) {
      this.#writer.room.fill(silenceOf(remote.codec))
      send(this.#writer.sound(remote.payloadType))
    }
    this.#events.onTick()
  }

  #receive(datagram: Buffer, address: string, port: number): void {
    const nowMs = performance.now()
    const packet = parseRtp(datagram)
    const remote = this.#remote
    if (packet === null || remote === null || !this.#latch.accepts(address, port, packet.source, nowMs)) return
    this.reception.take(packet, nowMs, true)
    if (packet.payloadType !== remote.payloadType) return
    const table = samplesOf(remote.codec)
    const samples = Int16Array.from(packet.payload, byte => table[byte] ?? 0)
    const level = samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / Math.max(1, samples.length)
    if (level > SOUND_LEVEL) this.#events.onSound()
    if (this.#keptSamples + samples.length > this.#keepSamples) return
    this.#heard.push(samples)
    this.#keptSamples += samples.length
  }
}
