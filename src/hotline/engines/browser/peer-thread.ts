// The main thread's side of the browser phone's media thread: started with the first call, and again should it ever die.

import { Worker } from 'node:worker_threads'
import type { Log } from '../../../kernel/log.ts'
import {
  type ClipName,
  HangUp,
  type Key,
  type LineQuality,
  type Playback,
  type PlaybackEnd,
  type ReleaseCause,
} from '../../line.ts'
import { DEATHS_PERIOD_MS, MAX_CLIPS_PER_PLAY, MAX_THREAD_DEATHS, THREAD_MEGABYTES } from './limits.ts'
import type { Offer } from './offer.ts'
import type { FromPeers, PeerSettings, ToPeers } from './protocol.ts'

export interface PeerEvents {
  onConnected(): void
  onKey(key: Key, at: number): void
  /** The call is over for the media. */
  onOver(cause: ReleaseCause): void
}

interface Play {
  resolve(end: PlaybackEnd): void
  reject(error: Error): void
}

const NO_QUALITY: LineQuality = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }

/** How long the media of calls that end may take to say how they were heard when the phone stops. */
const FAREWELL_MS = 1_000
const POLL_MS = 20

export class PeerThread {
  readonly #settings: PeerSettings
  readonly #log: Log
  readonly #ports = new Map<number, PeerPort>()
  #worker: Worker | null = null
  #ready: Promise<void> | null = null
  #deathsMs: number[] = []
  #lastCall = 0
  #stopped = false

  constructor(settings: PeerSettings, log: Log) {
    this.#settings = settings
    this.#log = log
  }

  /** The media of a call; its answer comes later. Rejects when there is no thread. */
  async open(offer: Offer, events: PeerEvents): Promise<PeerPort> {
    await this.#started()
    const number = ++this.#lastCall
    const port = new PeerPort(
      events,
      message => this.#worker?.postMessage(message),
      number,
      () => this.#ports.delete(number),
    )
    this.#ports.set(number, port)
    port.open(offer)
    return port
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const endMs = performance.now() + FAREWELL_MS
    while (this.#ports.size > 0 && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, POLL_MS))
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    for (const port of [...this.#ports.values()]) port.lose('the browser phone is stopped')
  }

  #started(): Promise<void> {
    const nowMs = performance.now()
    this.#deathsMs = this.#deathsMs.filter(atMs => nowMs - atMs < DEATHS_PERIOD_MS)
    if (this.#stopped) return Promise.reject(new Error('the browser phone is stopped'))
    if (this.#deathsMs.length > MAX_THREAD_DEATHS) {
      return Promise.reject(new Error('the media thread of the browser phone died too often'))
    }
    this.#ready ??= this.#start()
    return this.#ready
  }

  #start(): Promise<void> {
    const worker = new Worker(new URL('./peer-boot.mjs', import.meta.url), {
      workerData: this.#settings,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES },
    })
    this.#worker = worker
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromPeers) => {
        if (message.type === 'ready') resolve()
        else if (message.type === 'fault') this.#log.warn({ reason: message.reason }, 'a fault in a browser’s media')
        else this.#ports.get(message.call)?.take(message)
      })
      worker.on('error', error => {
        this.#log.error({ err: error }, 'the media thread of the browser phone failed')
        reject(error)
      })
      worker.on('exit', code => {
        reject(new Error(`the media thread of the browser phone ended with ${code}`))
        if (this.#worker === worker) this.#lost()
      })
    })
  }

  #lost(): void {
    this.#worker = null
    this.#ready = null
    this.#deathsMs.push(performance.now())
    for (const port of [...this.#ports.values()]) port.lose('the media thread ended')
    this.#ports.clear()
  }
}

/** The media of one call, as the line sees it. */
export class PeerPort {
  readonly #events: PeerEvents
  readonly #post: (message: ToPeers) => void
  readonly #call: number
  readonly #forget: () => void
  readonly #plays = new Map<number, Play>()
  #lastPlay = 0
  #closing = false
  #lost = false
  #settleAnswer: { resolve(sdp: string): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} }
  #settleClosed: (quality: LineQuality) => void = () => {}
  /** Our answer to the offer; rejects when the media cannot be had. */
  readonly answer: Promise<string>

  constructor(events: PeerEvents, post: (message: ToPeers) => void, call: number, forget: () => void) {
    this.#events = events
    this.#post = post
    this.#call = call
    this.#forget = forget
    this.answer = new Promise((resolve, reject) => {
      this.#settleAnswer = { resolve, reject }
    })
    // Whoever opened the port may have given up; that is then no unhandled rejection.
    this.answer.catch(() => undefined)
  }

  open(offer: Offer): void {
    this.#post({ type: 'open', call: this.#call, offer })
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
    this.#settleAnswer.reject(new HangUp(cause))
    if (this.#closing || this.#lost) return Promise.resolve(NO_QUALITY)
    this.#closing = true
    return new Promise(resolve => {
      this.#settleClosed = resolve
      this.#post({ type: 'close', call: this.#call })
    })
  }

  /** The media is gone. */
  lose(reason: string): void {
    this.#lost = true
    this.#forget()
    this.#settleAnswer.reject(new Error(reason))
    this.#settleClosed(NO_QUALITY)
    if (!this.#closing) this.#events.onOver('network')
  }

  take(message: Exclude<FromPeers, { type: 'ready' | 'fault' }>): void {
    if (message.type === 'answer') this.#settleAnswer.resolve(message.sdp)
    else if (message.type === 'closed') {
      this.#forget()
      this.#settleClosed(message.quality)
    } else if (message.type === 'played') this.#settle(message.play, message.end)
    else if (message.type === 'unplayable') this.#settle(message.play, new Error(message.reason))
    else if (message.type === 'failed') {
      this.#post({ type: 'close', call: this.#call })
      this.lose(message.reason)
    } else if (this.#closing) return
    else if (message.type === 'connected') this.#events.onConnected()
    else if (message.type === 'key') this.#events.onKey(message.key, message.at)
    else if (message.type === 'rtpTimeout') this.#events.onOver('rtpTimeout')
    else if (message.type === 'left') this.#events.onOver('caller')
  }

  #settle(play: number, outcome: PlaybackEnd | Error): void {
    const waiting = this.#plays.get(play)
    this.#plays.delete(play)
    if (outcome instanceof Error) waiting?.reject(outcome)
    else waiting?.resolve(outcome)
  }
}
