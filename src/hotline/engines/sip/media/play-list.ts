// The sound a call hears next: one message (a list of A-law clips played without a gap), or silence.
import type { Codec } from '../sdp.ts'
import { ALAW_SILENCE, MULAW_OF_ALAW, silenceOf } from './g711.ts'

export class PlayList {
  #clips: readonly Uint8Array[] = []
  #clip = 0
  #offset = 0
  /** The message that plays, or null. */
  current: number | null = null

  start(play: number, clips: readonly Uint8Array[]): void {
    this.current = play
    this.#clips = clips
    this.#clip = 0
    this.#offset = 0
  }

  stop(): void {
    this.current = null
    this.#clips = []
  }

  /** Fills the next packet in the codec of the call; true when this packet ends the message. */
  fill(room: Uint8Array, codec: Codec): boolean {
    if (this.current === null) {
      room.fill(silenceOf(codec))
      return false
    }
    let filled = 0
    while (filled < room.length) {
      const clip = this.#clips[this.#clip]
      if (clip === undefined) break
      const part = clip.subarray(this.#offset, this.#offset + room.length - filled)
      room.set(part, filled)
      filled += part.length
      this.#offset += part.length
      if (this.#offset >= clip.length) {
        this.#clip++
        this.#offset = 0
      }
    }
    room.fill(ALAW_SILENCE, filled)
    if (codec === 'PCMU') for (let i = 0; i < room.length; i++) room[i] = MULAW_OF_ALAW[room[i] ?? 0] ?? 0
    const over = this.#clip >= this.#clips.length
    if (over) this.stop()
    return over
  }
}
