// One call from a page: the line a dialogue talks over. What there is to read goes to the page beside the sound.
//
// connecting -> up -> over. It is handed over once sound flows; it ends once, by whoever is first.

import { randomUUID } from 'node:crypto'
import {
  type CallFacts,
  type Caption,
  type ClipName,
  HangUp,
  type Key,
  type Line,
  type LineQuality,
  type Playback,
  type ReleaseCause,
  type TransferResult,
} from '../../line.ts'
import { MAX_EARLY_KEYS } from './limits.ts'
import type { PageMessage } from './page-messages.ts'
import type { PeerPort } from './peer-thread.ts'

export interface BrowserCallSettings {
  caller: string | null
  called: string
  codec: string
  /** Tells the page; does nothing once the page is gone. */
  tell(message: PageMessage): void
  onOver(call: BrowserCall): void
}

export class BrowserCall implements Line {
  readonly facts: CallFacts
  readonly #settings: BrowserCallSettings
  #media: PeerPort | null = null
  #cause: ReleaseCause | null = null
  #quality: LineQuality | null = null
  #answered = false
  #onKey: ((key: Key, at: number) => void) | null = null
  #onEnd: ((cause: ReleaseCause, quality: LineQuality) => void) | null = null
  #earlyKeys: { key: Key; at: number }[] = []

  constructor(settings: BrowserCallSettings) {
    const { caller, called, codec } = settings
    this.#settings = settings
    this.facts = { callId: randomUUID(), caller, called, engine: 'browser', trunk: 'web', codec }
  }

  get isOver(): boolean {
    return this.#cause !== null
  }

  // ---- the line ----

  answer(): Promise<void> {
    if (this.#cause !== null) return Promise.reject(new HangUp(this.#cause))
    if (!this.#answered) this.#settings.tell({ type: 'answered' })
    this.#answered = true
    return Promise.resolve()
  }

  play(clips: readonly ClipName[]): Playback {
    if (this.#cause === null && this.#media !== null) return this.#media.play(clips)
    const done = Promise.reject(new HangUp(this.#cause ?? 'network'))
    done.catch(() => undefined)
    return { done, stop: () => undefined }
  }

  onKey(listener: (key: Key, at: number) => void): void {
    this.#onKey = listener
    for (const { key, at } of this.#earlyKeys.splice(0)) listener(key, at)
  }

  onEnd(listener: (cause: ReleaseCause, quality: LineQuality) => void): void {
    this.#onEnd = listener
    this.#tellEnd()
  }

  caption(caption: Caption): void {
    if (this.#cause === null) this.#settings.tell({ type: 'caption', caption })
  }

  /** There is no switch behind a page that could take the call over. */
  transfer(): Promise<TransferResult> {
    return this.#cause === null ? Promise.resolve('refused') : Promise.reject(new HangUp(this.#cause))
  }

  hangUp(): void {
    this.end('completed')
  }

  // ---- what happens to the call ----

  carry(media: PeerPort): void {
    this.#media = media
    if (this.#cause !== null) void media.close(this.#cause)
  }

  key(key: Key, at: number): void {
    if (this.#cause !== null) return
    if (this.#onKey !== null) this.#onKey(key, at)
    else if (this.#earlyKeys.length < MAX_EARLY_KEYS) this.#earlyKeys.push({ key, at })
  }

  /** Ends the line for everybody; only the first cause counts. */
  end(cause: ReleaseCause): void {
    if (this.#cause !== null) return
    this.#cause = cause
    this.#settings.tell({ type: 'ended', cause })
    this.#settings.onOver(this)
    void this.#close(cause)
  }

  async #close(cause: ReleaseCause): Promise<void> {
    const none = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }
    this.#quality = (await this.#media?.close(cause)) ?? none
    this.#tellEnd()
  }

  #tellEnd(): void {
    const listener = this.#onEnd
    if (listener === null || this.#cause === null || this.#quality === null) return
    this.#onEnd = null
    listener(this.#cause, this.#quality)
  }
}
