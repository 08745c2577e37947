// How well packets arrive: received, lost, jitter, by RFC 3550 appendix A.
import type { RtpPacket } from './rtp.ts'

const SAMPLES_PER_MS = 8
/** A jump of the sequence numbers larger than this begins a new stream, as when the far end restarts or is replaced. */
const MAX_DROPOUT = 3_000

export class Reception {
  received = 0
  #lostBefore = 0
  #source: number | null = null
  #first = 0
  #highest = 0
  #receivedOfStream = 0
  #transit: number | null = null
  #jitterSamples = 0

  get lost(): number {
    const expected = this.#source === null ? 0 : this.#highest - this.#first + 1
    return this.#lostBefore + Math.max(0, expected - this.#receivedOfStream)
  }

  get jitterMs(): number {
    return this.#jitterSamples / SAMPLES_PER_MS
  }

  /** `inTime` is false for packets whose time stamp is not the time they were sent (events repeat theirs). */
  take(packet: RtpPacket, arrivedMs: number, inTime: boolean): void {
    this.received++
    const step = ((packet.sequence - this.#highest) << 16) >> 16
    if (packet.source !== this.#source || Math.abs(step) > MAX_DROPOUT) {
      this.#lostBefore = this.lost
      this.#source = packet.source
      this.#first = packet.sequence
      this.#highest = packet.sequence
      this.#receivedOfStream = 0
      this.#transit = null
    } else if (step > 0) this.#highest += step
    this.#receivedOfStream++
    if (inTime) this.#measure(packet, arrivedMs)
  }

  #measure(packet: RtpPacket, arrivedMs: number): void {
    const transit = arrivedMs * SAMPLES_PER_MS - packet.timestamp
    if (this.#transit !== null) {
      const change = Math.abs(transit - this.#transit)
      // A wrapped or restarted clock says nothing about the network.
      if (change < 80_000) this.#jitterSamples += (change - this.#jitterSamples) / 16
    }
    this.#transit = transit
  }
}
