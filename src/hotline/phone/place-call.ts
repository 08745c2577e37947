// Makes one telephone call to a hotline and types keys into it: the terminal telephone, and the caller of many tests.

import type { RemoteMedia } from '../engines/sip/sdp.ts'
import type { Caption } from '../line.ts'
import { type KeyEntry, parseEntries } from './key-entries.ts'
import { KEY_OFF_MS, KEY_ON_MS } from './key-sender.ts'
import { Listening } from './listening.ts'
import { PhoneMedia } from './phone-media.ts'
import { type PhoneTransport, UserAgent } from './user-agent.ts'
import { writeWav } from './wav-file.ts'

export type KeyMode = 'rfc4733' | 'info' | 'inband'

/**
 * Why the call is over. `remote`: the hotline hung up; `completed`: we did, after the last entry; `rejected` and
 * `unanswered`: it never began; `aborted`: by the signal; `tooLong`: by maxDurationMs.
 */
export type PhoneEnd = 'remote' | 'completed' | 'rejected' | 'unanswered' | 'aborted' | 'tooLong'

export type PhoneEvent =
  | { readonly type: 'ringing' }
  | { readonly type: 'answered'; readonly codec: string }
  | { readonly type: 'caption'; readonly caption: Caption }
  /** One key; a dot where its entry is secret. */
  | { readonly type: 'key'; readonly entry: number; readonly shown: string }
  | { readonly type: 'ended'; readonly cause: PhoneEnd; readonly status: number }

export interface CallOptions {
  /** For example `sip:95598@127.0.0.1:5060`. */
  readonly target: string
  readonly transport?: PhoneTransport['transport']
  /** Who signs the hotline's certificate; the system's authorities when left out. */
  readonly tlsCa?: string
  /** The number shown to the hotline; left out or `anonymous`: withheld. */
  readonly from?: string
  /** Entries separated by commas; each waits until the hotline listens, or begins with `!` and interrupts it. */
  readonly keys: string
  readonly keyMode?: KeyMode
  /** Indexes of the entries that are never shown. */
  readonly secretEntries?: readonly number[]
  readonly onEvent?: (event: PhoneEvent) => void
  readonly signal?: AbortSignal
  readonly maxDurationMs?: number
  /** After the last entry we hang up when the hotline has listened so many times more ... */
  readonly lingerListens?: number
  /** ... or after so long. */
  readonly lingerMs?: number
  readonly recordWavTo?: string
}

export interface CallReport {
  readonly cause: PhoneEnd
  /** The final SIP status of the INVITE, 0 when none came. */
  readonly status: number
  readonly answered: boolean
  readonly durationMs: number
  /** Entries whose last key was sent. */
  readonly entriesSent: number
  readonly keysSent: number
  readonly captions: readonly Caption[]
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly jitterMs: number
}

const DEFAULT_MAX_DURATION_MS = 600_000
const DEFAULT_LINGER_MS = 30_000
const MAX_CAPTIONS = 10_000
const NUMBER = /^[+0-9A-Za-z*#_.-]{1,32}$/

/** Resolves when the call is over, however it ended; rejects only when it could not even be tried. */
export async function placeCall(options: CallOptions): Promise<CallReport> {
  const entries = parseEntries(options.keys, options.secretEntries)
  const from = options.from === undefined || options.from === 'anonymous' ? null : options.from
  if (from !== null && !NUMBER.test(from)) throw new Error(`${from} is no number to call from`)
  const phone = new Phone(options, entries)
  const report = await phone.run(from)
  if (options.recordWavTo !== undefined) await writeWav(options.recordWavTo, phone.media.heard())
  options.onEvent?.({ type: 'ended', cause: report.cause, status: report.status })
  return report
}

class Phone {
  readonly media: PhoneMedia
  readonly #options: CallOptions
  readonly #entries: readonly KeyEntry[]
  readonly #listening = new Listening()
  readonly #captions: Caption[] = []
  /** Resolves with the cause when the call is over by another's doing. */
  readonly #over: Promise<PhoneEnd>
  #end: (cause: PhoneEnd) => void = () => undefined
  #codec = ''
  #isOver = false
  #entriesSent = 0
  #keysSent = 0

  constructor(options: CallOptions, entries: readonly KeyEntry[]) {
    this.#options = options
    this.#entries = entries
    this.#over = new Promise(resolve => {
      this.#end = cause => {
        this.#isOver = true
        resolve(cause)
      }
    })
    const events = {
      onSound: () => this.#listening.sound(performance.now()),
      onTick: () => this.#listening.tick(performance.now()),
    }
    const keepMs = options.recordWavTo === undefined ? 0 : (options.maxDurationMs ?? DEFAULT_MAX_DURATION_MS)
    this.media = new PhoneMedia(events, keepMs)
  }

  async run(from: string | null): Promise<CallReport> {
    const { target, transport = 'udp', tlsCa, signal, maxDurationMs = DEFAULT_MAX_DURATION_MS } = this.#options
    const startedMs = performance.now()
    const agent = await UserAgent.open(target, { transport, tlsCa }, from, {
      onRinging: () => this.#options.onEvent?.({ type: 'ringing' }),
      onMedia: remote => this.#connect(remote),
      onCaption: caption => this.#caption(caption),
      onHungUp: () => this.#end('remote'),
    })
    const abort = (): void => this.#end('aborted')
    signal?.addEventListener('abort', abort)
    if (signal?.aborted === true) abort()
    const timer = setTimeout(() => this.#end('tooLong'), maxDurationMs)
    try {
      const { cause, status, answered } = await this.#call(agent)
      const { received, lost, jitterMs } = this.media.reception
      return {
        cause,
        status,
        answered,
        durationMs: Math.round(performance.now() - startedMs),
        entriesSent: this.#entriesSent,
        keysSent: this.#keysSent,
        captions: this.#captions,
        packetsReceived: received,
        packetsLost: lost,
        jitterMs,
      }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.media.close()
      await agent.close()
    }
  }

  async #call(agent: UserAgent): Promise<{ cause: PhoneEnd; status: number; answered: boolean }> {
    const port = await this.media.open(agent.localAddress)
    const inviting = agent.invite(port)
    const early = await Promise.race([inviting, this.#over])
    if (typeof early === 'string') agent.cancel()
    const { status, answered } = await inviting
    if (!answered) {
      await agent.bye()
      const cause = typeof early === 'string' ? early : status === 0 ? 'unanswered' : 'rejected'
      return { cause, status, answered }
    }
    this.#options.onEvent?.({ type: 'answered', codec: this.#codec })
    this.#listening.restart(performance.now())
    const cause = await Promise.race([this.#over, this.#type(agent)])
    if (cause !== 'remote') await agent.bye()
    return { cause, status, answered }
  }

  async #type(agent: UserAgent): Promise<PhoneEnd> {
    for (const [index, entry] of this.#entries.entries()) {
      if (!entry.interrupts) await this.#listening.wait()
      this.#listening.restart(performance.now())
      for (const [position, key] of entry.keys.entries()) {
        if (this.#isOver) return 'completed'
        // Counted with its last key: a hotline may hang up before that key is released.
        if (position === entry.keys.length - 1) this.#entriesSent++
        this.#options.onEvent?.({ type: 'key', entry: index, shown: entry.secret ? '•' : key })
        this.#keysSent++
        await this.#press(agent, key)
      }
    }
    await this.#linger()
    return 'completed'
  }

  async #press(agent: UserAgent, key: KeyEntry['keys'][number]): Promise<void> {
    const { keyMode = 'rfc4733' } = this.#options
    if (keyMode !== 'info') return this.media.keys.press(key, keyMode)
    await agent.infoKey(key, KEY_ON_MS)
    await new Promise(resolve => setTimeout(resolve, KEY_ON_MS + KEY_OFF_MS))
  }

  /** Listens to the end of the hotline's answer. */
  async #linger(): Promise<void> {
    const { lingerListens = 1, lingerMs = DEFAULT_LINGER_MS } = this.#options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>(resolve => {
      timer = setTimeout(() => resolve('late'), lingerMs)
    })
    for (let heard = 0; heard < lingerListens; heard++) {
      if ((await Promise.race([this.#listening.waitForCaption(), late])) === 'late') break
    }
    clearTimeout(timer)
  }

  #connect(remote: RemoteMedia): void {
    this.#codec = remote.codec
    this.media.connect(remote)
  }

  #caption(caption: Caption): void {
    this.#listening.caption(caption)
    if (this.#captions.length < MAX_CAPTIONS) this.#captions.push(caption)
    this.#options.onEvent?.({ type: 'caption', caption })
  }
}
