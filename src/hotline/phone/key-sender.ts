// Sends keys within the media of a telephone: as telephone events (RFC 4733) or as tones, one 20 ms step at a time.
import { Buffer } from 'node:buffer'
import { eventOfKey } from '../engines/sip/info-keys.ts'
import { encode } from '../engines/sip/media/g711.ts'
import { PACKET_MS, type RtpWriter, SAMPLES_PER_PACKET } from '../engines/sip/media/rtp.ts'
import { toneSamples } from '../engines/sip/media/tones.ts'
import type { RemoteMedia } from '../engines/sip/sdp.ts'
import type { Key } from '../line.ts'

export const KEY_ON_MS = 80
export const KEY_OFF_MS = 60
const ON_STEPS = KEY_ON_MS / PACKET_MS
const OFF_STEPS = KEY_OFF_MS / PACKET_MS
/** The last packet of an event is sent three times, because it may be lost. */
const END_COPIES = 3
const VOLUME = 10

interface Press {
  readonly key: Key
  readonly way: 'rfc4733' | 'inband'
  readonly done: () => void
  step: number
  timestamp: number
  tones: Uint8Array | null
}

export class KeySender {
  readonly #queue: Press[] = []

  /** Resolves when the key and the pause after it were sent. */
  press(key: Key, way: 'rfc4733' | 'inband'): Promise<void> {
    return new Promise(done => this.#queue.push({ key, way, done, step: 0, timestamp: 0, tones: null }))
  }

  /** The packets of this 20 ms; null when there is nothing to send but the usual sound. */
  step(writer: RtpWriter, remote: RemoteMedia, send: (packet: Buffer) => void): boolean {
    const press = this.#queue[0]
    if (press === undefined) return false
    const step = press.step++
    if (step >= ON_STEPS + OFF_STEPS) {
      this.#queue.shift()
      press.done()
      return this.step(writer, remote, send)
    }
    // Who was offered no events hears tones.
    if (press.way === 'rfc4733' && remote.eventType !== null) return event(press, step, writer, remote.eventType, send)
    return tone(press, step, writer, remote, send)
  }
}

function event(press: Press, step: number, writer: RtpWriter, type: number, send: (packet: Buffer) => void): boolean {
  if (step > ON_STEPS) return false
  if (step === 0) press.timestamp = writer.timestamp
  const ended = step === ON_STEPS
  const duration = Math.min(step + 1, ON_STEPS) * SAMPLES_PER_PACKET
  const payload = Buffer.from([eventOfKey(press.key), (ended ? 0x80 : 0) | VOLUME, duration >> 8, duration & 0xff])
  for (let copy = 0; copy < (ended ? END_COPIES : 1); copy++) {
    // A copy for each, because a sent buffer must not be written again before it has left.
    send(Buffer.from(writer.event(type, press.timestamp, payload, step === 0)))
  }
  if (ended) return false
  writer.skip()
  return true
}

function tone(
  press: Press,
  step: number,
  writer: RtpWriter,
  remote: RemoteMedia,
  send: (packet: Buffer) => void,
): boolean {
  if (step >= ON_STEPS) return false
  press.tones ??= encode(remote.codec, toneSamples(press.key, KEY_ON_MS))
  writer.room.set(press.tones.subarray(step * SAMPLES_PER_PACKET, (step + 1) * SAMPLES_PER_PACKET))
  send(writer.sound(remote.payloadType))
  return true
}
