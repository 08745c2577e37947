// Receives telephone events (RFC 4733): every press once, at its first packet, whatever is lost, doubled or out of order.
import type { RtpPacket } from './rtp.ts'

/** Packets of one press come every 20 to 50 ms; senders that repeat a time stamp for a new press pause longer than this. */
const DUPLICATE_MS = 200
/** Presses remembered, so that a late packet of an earlier one is known. */
const REMEMBERED = 8

interface Press {
  readonly stream: number
  readonly timestamp: number
  readonly event: number
  seenAtMs: number
  duration: number
  ended: boolean
}

export class EventReceiver {
  readonly #presses: Press[] = []

  /** The event number when this packet begins a press, else null. */
  take(packet: RtpPacket, nowMs: number): number | null {
    const { payload } = packet
    if (payload.length < 4) return null
    const event = payload[0] ?? 0
    const ended = ((payload[1] ?? 0) & 0x80) !== 0
    const duration = ((payload[2] ?? 0) << 8) | (payload[3] ?? 0)
    const known = this.#presses.find(
      press => press.event === event && press.timestamp === packet.timestamp && press.stream === packet.source,
    )
    if (known !== undefined && continues(known, { ended, duration }, nowMs)) {
      known.seenAtMs = nowMs
      known.duration = Math.max(known.duration, duration)
      known.ended ||= ended
      return null
    }
    if (known !== undefined) this.#presses.splice(this.#presses.indexOf(known), 1)
    this.#presses.push({ stream: packet.source, timestamp: packet.timestamp, event, seenAtMs: nowMs, duration, ended })
    if (this.#presses.length > REMEMBERED) this.#presses.shift()
    return event
  }
}

/**
 * After a pause of the network a press goes on where it was: no shorter than before, or as a copy of its end. A new press
 * under the same time stamp starts from a short duration again.
 */
function continues(press: Press, packet: Pick<Press, 'ended' | 'duration'>, nowMs: number): boolean {
  if (nowMs - press.seenAtMs <= DUPLICATE_MS) return true
  return press.ended ? packet.ended && packet.duration === press.duration : packet.duration >= press.duration
}
