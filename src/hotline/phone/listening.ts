// Knows when the hotline listens: by its captions, or, where it sends none, by silence after it has spoken.
import type { Caption } from '../line.ts'

/** So long a silence after speech means that the prompt is over. */
const PAUSE_MS = 1_200
/** So long without any speech means that nothing more will be said. */
const MUTE_MS = 10_000

export class Listening {
  #captioned = false
  #listening = false
  #heard = false
  #quietSinceMs = 0
  #waiting: (() => void)[] = []
  #waitingForCaption: (() => void)[] = []

  caption(caption: Caption): void {
    this.#captioned = true
    if (caption.type === 'say') this.#listening = false
    if (caption.type !== 'listen') return
    this.#listening = true
    const waiting = this.#waitingForCaption
    this.#waitingForCaption = []
    for (const resolve of waiting) resolve()
    this.#wake()
  }

  /** The call was answered, or an entry begins: what was heard before does not count. */
  restart(nowMs: number): void {
    this.#listening = false
    this.#heard = false
    this.#quietSinceMs = nowMs
  }

  sound(nowMs: number): void {
    this.#heard = true
    this.#quietSinceMs = nowMs
  }

  /** To be called regularly: silence is noticed by time passing. */
  tick(nowMs: number): void {
    if (this.#captioned || this.#waiting.length === 0) return
    if (nowMs - this.#quietSinceMs >= (this.#heard ? PAUSE_MS : MUTE_MS)) this.#wake()
  }

  /** Resolves when the hotline listens, at once when it does already. */
  wait(): Promise<void> {
    if (this.#listening) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Resolves at the next caption that says so: silence is no sign that everything was said. */
  waitForCaption(): Promise<void> {
    if (this.#listening) {
      this.#listening = false
      return Promise.resolve()
    }
    return new Promise(resolve => this.#waitingForCaption.push(resolve))
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
