// The main thread's side of the media thread: starts it, hands calls to it, and starts it again should it ever die.
import { Worker } from 'node:worker_threads'
import {
  type ClipName,
  HangUp,
  type LineQuality,
  type Playback,
  type PlaybackEnd,
  type ReleaseCause,
} from '../../../line.ts'
import type { KeyWay } from '../key-gate.ts'
import { MAX_CLIPS_PER_PLAY } from '../limits.ts'
import type { RemoteMedia } from '../sdp.ts'
import type { SipLog } from '../stack.ts'
import type { FromMedia, MediaSettings, ToMedia } from './protocol.ts'
import type { ToneKey } from './tones.ts'

export interface MediaEvents {
  onKey(key: ToneKey, way: KeyWay, at: number): void
  onRtpTimeout(): void
  /** The media of the call failed, or the whole thread died: there is no sound any more. */
  onLost(): void
}

interface Play {
  resolve(end: PlaybackEnd): void
  reject(error: Error): void
}

const NO_QUALITY: LineQuality = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }
/** A thread that dies more often than this within ten minutes is not started again. */
const MAX_RESTARTS = 5
const RESTART_PERIOD_MS = 600_000

export class MediaThread {
  readonly #settings: MediaSettings
  readonly #log: SipLog
  readonly #calls = new Map<number, MediaPort>()
  #worker: Worker | null = null
  #deathsMs: number[] = []
  #lastCall = 0

  constructor(settings: MediaSettings, log: SipLog) {
    this.#settings = settings
    this.#log = log
  }

  /** Resolves when the thread is ready; rejects when it cannot start. */
  start(): Promise<void> {
    const worker = new Worker(new URL('./media-boot.mjs', import.meta.url), {
      workerData: this.#settings,
      execArgv: [],
    })
    this.#worker = worker
    let ready = false
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromMedia) => {
        if (message.type === 'ready') {
          ready = true
          resolve()
        } else if (message.type === 'failed') this.#fail(message.call, message.reason)
        else this.#calls.get(message.call)?.take(message)
      })
      worker.on('error', error => {
        this.#log.error({ err: error }, 'the media thread failed')
        reject(error)
      })
      worker.on('exit', code => {
        reject(new Error(`the media thread ended with ${code} before it was ready`))
        if (this.#worker === worker) this.#lost(ready)
      })
    })
  }

  /** Opens a port for a call; null when there is none. */
  async open(events: MediaEvents): Promise<MediaPort | null> {
    if (this.#worker === null) return null
    const number = ++this.#lastCall
    const port = new MediaPort(
      events,
      message => this.#worker?.postMessage(message),
      number,
      () => this.#calls.delete(number),
    )
    this.#calls.set(number, port)
    return (await port.opened) === 0 ? null : port
  }

  async stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #fail(call: number, reason: string): void {
    this.#log.error({ reason }, 'the media of a call failed')
    const port = this.#calls.get(call)
    this.#calls.delete(call)
    port?.lose()
  }

  #lost(wasReady: boolean): void {
    this.#worker = null
    const ports = [...this.#calls.values()]
    this.#calls.clear()
    for (const port of ports) port.lose()
    const nowMs = performance.now()
    this.#deathsMs = [...this.#deathsMs, nowMs].filter(atMs => nowMs - atMs < RESTART_PERIOD_MS)
    if (!wasReady || this.#deathsMs.length > MAX_RESTARTS) {
      this.#log.error(
        { deaths: this.#deathsMs.length },
        'the media thread is not started again: no more calls are taken',
      )
      return
    }
    // Why it failed was logged by the thread's own listener.
    this.start().catch(() => undefined)
  }
}

/** The media of one call, as the signalling sees it. */
export class MediaPort {
  readonly #events: MediaEvents
  readonly #post: (message: ToMedia) => void
  readonly #call: number
  readonly #forget: () => void
  readonly #plays = new Map<number, Play>()
  #lastPlay = 0
  #settleOpened: (port: number) => void = () => undefined
  #settleClosed: (quality: LineQuality) => void = () => undefined
  #gone = false
  port = 0
  /** The port, 0 when there was none. */
  readonly opened: Promise<number>

  constructor(events: MediaEvents, post: (message: ToMedia) => void, call: number, forget: () => void) {
    this.#events = events
    this.#post = post
    this.#call = call
    this.#forget = forget
    this.opened = new Promise(resolve => {
      this.#settleOpened = resolve
    })
    post({ type: 'open', call })
  }

  connect(remote: RemoteMedia): void {
    this.#post({ type: 'connect', call: this.#call, remote })
  }

  play(clips: readonly ClipName[]): Playback {
    const play = ++this.#lastPlay
    const done = new Promise<PlaybackEnd>((resolve, reject) => {
      this.#plays.set(play, { resolve, reject })
    })
    // A dialogue need not wait for a message; the end of the call then is no unhandled rejection.
    done.catch(() => undefined)
    if (clips.length > MAX_CLIPS_PER_PLAY)
      this.#settle(play, new Error(`a message of ${clips.length} clips is too long`))
    else this.#post({ type: 'play', call: this.#call, play, clips })
    return { done, stop: () => this.#post({ type: 'stop', call: this.#call, play }) }
  }

  /** Ends the media: what plays is rejected with HangUp; resolves with how well it travelled. */
  close(cause: ReleaseCause): Promise<LineQuality> {
    for (const play of [...this.#plays.keys()]) this.#settle(play, new HangUp(cause))
    if (this.#gone) return Promise.resolve(NO_QUALITY)
    this.#gone = true
    return new Promise(resolve => {
      this.#settleClosed = resolve
      this.#post({ type: 'close', call: this.#call })
    })
  }

  /** The media is gone. */
  lose(): void {
    const closing = this.#gone
    this.#gone = true
    this.#settleOpened(0)
    this.#settleClosed(NO_QUALITY)
    if (!closing) this.#events.onLost()
  }

  take(message: FromMedia): void {
    if (message.type === 'opened') {
      this.port = message.port ?? 0
      if (message.port === null) this.#forget()
      this.#settleOpened(this.port)
    } else if (message.type === 'closed') {
      this.#forget()
      this.#settleOpened(0)
      this.#settleClosed(message.quality)
    } else if (message.type === 'played') this.#settle(message.play, message.end)
    else if (message.type === 'unplayable') this.#settle(message.play, new Error(message.reason))
    else if (this.#gone) return
    else if (message.type === 'key') this.#events.onKey(message.key, message.way, message.at)
    else if (message.type === 'rtpTimeout') this.#events.onRtpTimeout()
  }

  #settle(play: number, outcome: PlaybackEnd | Error): void {
    const waiting = this.#plays.get(play)
    this.#plays.delete(play)
    if (outcome instanceof Error) waiting?.reject(outcome)
    else waiting?.resolve(outcome)
  }
}
