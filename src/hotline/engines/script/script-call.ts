// One telephone without sound: a program hears it by its captions and presses its keys, as fast as it likes.

import {
  type CallFacts,
  type Caption,
  type ClipName,
  HangUp,
  type Key,
  type Line,
  type LineQuality,
  type Playback,
  type PlaybackEnd,
  type ReleaseCause,
  type TransferResult,
} from '../../line.ts'

export interface ScriptCallSettings {
  caller: string | null
  called: string
  callId: string
  /** How long every message lasts; none at all by default. */
  messageMs?: number
  /** What comes of a transfer; refused by default. */
  transfer?: TransferResult
  /** How long to wait for what should be heard before it is an error. */
  patienceMs?: number
}

const keys: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']
const silence: LineQuality = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }
const defaultPatienceMs = 20_000

export class ScriptCall implements Line {
  readonly facts: CallFacts
  /** Everything shown so far. */
  readonly captions: Caption[] = []
  /** How each message ended: heard out, or stopped by a key. */
  readonly playbacks: PlaybackEnd[] = []
  /** Every clip that was to be played. */
  readonly clips: ClipName[] = []
  /** Everyone the call was to be handed over to. */
  readonly transfers: string[] = []
  /** Why the call ended, once it has. */
  readonly over: Promise<ReleaseCause>
  readonly #messageMs: number
  readonly #patienceMs: number
  readonly #transfer: TransferResult
  readonly #ends = new Set<(hangUp: HangUp) => void>()
  readonly #looks = new Set<() => void>()
  #cause: ReleaseCause | null = null
  #onKey: ((key: Key, at: number) => void) | null = null
  #earlyKeys: Key[] = []
  #onEnd: ((cause: ReleaseCause, quality: LineQuality) => void) | null = null
  #stopCurrent = () => {}
  /** How many captions the program has taken notice of. */
  #noticed = 0

  constructor(settings: ScriptCallSettings) {
    const { caller, called, callId, messageMs = 0, patienceMs = defaultPatienceMs, transfer = 'refused' } = settings
    this.#transfer = transfer
    this.facts = { callId, caller, called, engine: 'script', trunk: 'script', codec: 'none' }
    this.#messageMs = messageMs
    this.#patienceMs = patienceMs
    this.over = new Promise(resolve => this.#ends.add(hangUp => resolve(hangUp.releaseCause)))
  }

  // ---- the line ----

  async answer(): Promise<void> {
    if (this.#cause !== null) throw new HangUp(this.#cause)
  }

  play(clips: readonly ClipName[]): Playback {
    this.#stopCurrent()
    if (this.#cause !== null) {
      const done = Promise.reject(new HangUp(this.#cause))
      done.catch(() => undefined)
      return { done, stop: () => undefined }
    }
    this.clips.push(...clips)
    let stop = () => {}
    const done = new Promise<PlaybackEnd>((resolve, reject) => {
      const end = (how: PlaybackEnd) => {
        if (!this.#ends.delete(reject)) return
        clearTimeout(timer)
        this.playbacks.push(how)
        resolve(how)
      }
      this.#ends.add(reject)
      stop = () => end('stopped')
      const timer = this.#messageMs > 0 ? setTimeout(() => end('ended'), this.#messageMs) : undefined
      if (this.#messageMs === 0) queueMicrotask(() => end('ended'))
    })
    done.catch(() => undefined)
    this.#stopCurrent = stop
    return { done, stop }
  }

  onKey(listener: (key: Key, at: number) => void): void {
    this.#onKey = listener
    for (const key of this.#earlyKeys.splice(0)) listener(key, Date.now())
  }

  onEnd(listener: (cause: ReleaseCause, quality: LineQuality) => void): void {
    this.#onEnd = listener
    this.#tellEnd()
  }

  caption(caption: Caption): void {
    if (this.#cause !== null) return
    this.captions.push(caption)
    this.#look()
  }

  async transfer(to: string): Promise<TransferResult> {
    if (this.#cause !== null) throw new HangUp(this.#cause)
    this.transfers.push(to)
    return this.#transfer
  }

  // ---- the telephone ----

  /** Presses keys at once, one after the other, whatever is being said. */
  press(pressed: string): void {
    for (const character of pressed) {
      const key = keys.find(known => known === character)
      if (key === undefined) throw new Error('a telephone has the keys 0-9, * and #')
      if (this.#cause !== null) return
      if (this.#onKey) this.#onKey(key, Date.now())
      else this.#earlyKeys.push(key)
    }
  }

  /** Waits until keys are awaited, then presses these; resolves to what was said before. */
  async answers(pressed: string): Promise<string> {
    const heard = await this.listens()
    this.press(pressed)
    return heard
  }

  /** Waits until keys are awaited again; resolves to what was said since the last thing that was waited for. */
  async listens(): Promise<string> {
    const from = this.#noticed
    const at = await this.#notice('keys to be awaited', caption => caption.type === 'listen')
    return wordsOf(this.captions.slice(from, at)).join('\n')
  }

  /** Waits for a message with these words; resolves to the whole of it. */
  async hears(words: string | RegExp): Promise<string> {
    const fits = (text: string) => (typeof words === 'string' ? text.includes(words) : words.test(text))
    const at = await this.#notice(String(words), caption => caption.type === 'say' && fits(caption.text))
    return wordsOf(this.captions.slice(at, at + 1)).join('')
  }

  /** The words of every message so far. */
  said(): string[] {
    return wordsOf(this.captions)
  }

  hangUp(): void {
    this.end('completed')
  }

  callerHangsUp(): void {
    this.end('caller')
  }

  /** Only the first cause counts. */
  end(cause: ReleaseCause): void {
    if (this.#cause !== null) return
    this.#cause = cause
    for (const end of this.#ends) end(new HangUp(cause))
    this.#ends.clear()
    this.#look()
    this.#tellEnd()
  }

  // ---- inside ----

  #notice(what: string, wanted: (caption: Caption) => boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#looks.delete(look)
      }
      const fail = (why: string) => {
        done()
        reject(new Error(`${why} while waiting for ${what}; heard:\n${this.said().join('\n')}`))
      }
      const look = () => {
        const at = this.captions.findIndex((caption, place) => place >= this.#noticed && wanted(caption))
        if (at < 0) return this.#cause === null ? undefined : fail(`the call ended (${this.#cause})`)
        this.#noticed = at + 1
        done()
        resolve(at)
      }
      const timer = setTimeout(() => fail('nothing came'), this.#patienceMs)
      this.#looks.add(look)
      look()
    })
  }

  #look(): void {
    for (const look of [...this.#looks]) look()
  }

  #tellEnd(): void {
    const listener = this.#onEnd
    const cause = this.#cause
    if (listener === null || cause === null) return
    this.#onEnd = null
    queueMicrotask(() => listener(cause, silence))
  }
}

function wordsOf(captions: readonly Caption[]): string[] {
  return captions.flatMap(caption => (caption.type === 'say' ? [caption.text] : []))
}
