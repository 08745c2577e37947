// Speaking and hearing on one line: what is said goes to line, caption and record at once; keys come one by one.

import type { Log } from '../kernel/log.ts'
import type { CallRecord } from './call-record.ts'
import { createKeyQueue } from './key-queue.ts'
import { type Caption, HangUp, type Key, type Line, type ReleaseCause } from './line.ts'
import { otherLanguage, type Said } from './said.ts'
import { joinSpoken, type ReadingOptions } from './voice/spoken.ts'
import type { Language } from './voice/voices.ts'

/** What an entry or a confirmation answers when the caller wants to go back one step. */
export const back: unique symbol = Symbol('back')
export type Back = typeof back

/** Thrown once goodbye was said: the call is to be ended by us. */
export class Farewell extends Error {
  constructor() {
    super('goodbye was said')
    this.name = 'Farewell'
  }
}

export interface Talk {
  readonly language: () => Language
  /** Skipped when keys were typed ahead. */
  say(message: readonly Said[]): Promise<void>
  /** Forgets the keys typed before it. */
  tell(message: readonly Said[]): Promise<void>
  /** Said to the end whatever is pressed. */
  insist(message: readonly Said[]): Promise<void>
  goodbye(message: readonly Said[]): Promise<never>
  /** The first key of an entry or a choice; null after silence. */
  key(timeoutMs: number): Promise<Key | null>
  /** The next key of an entry that has begun. */
  laterKey(timeoutMs: number): Promise<Key | null>
  /** The entry ended by itself: a `#` pressed next belongs to it. */
  dropHash(): void
  /** The promise, unless the call ends first. */
  orHangUp<T>(promise: Promise<T>): Promise<T>
  caption(caption: Caption): void
  note: CallRecord['step']
  changeLanguage(): void
  end(cause: ReleaseCause): void
}

export interface TalkSettings {
  line: Line
  record: Pick<CallRecord, 'step'>
  language: Language
  reading: ReadingOptions
  log: Log
}

export function createTalk({ line, record, language: first, reading, log }: TalkSettings): Talk {
  const keys = createKeyQueue()
  const over = createEnding()
  let language = first
  line.onKey(key => keys.press(key))

  async function play(message: readonly Said[], interruptible: boolean): Promise<void> {
    const spoken = joinSpoken(message.map(sentence => sentence.spoken(language, reading)))
    line.caption({ type: 'say', text: spoken.text })
    record.step(
      'say',
      message.map(sentence => sentence.recorded(language, reading)).join(language === 'zh-CN' ? '' : ' '),
    )
    const playback = line.play(spoken.clips)
    const forget = interruptible ? keys.onPress(() => playback.stop()) : () => {}
    try {
      await playback.done
    } catch (error) {
      if (error instanceof HangUp) throw error
      // Words without sound: whoever reads captions still understands, and the keys go on working.
      log.error({ err: error }, 'a message could not be played')
    } finally {
      forget()
    }
  }

  return {
    language: () => language,
    async say(message) {
      if (!keys.isWaiting()) await play(message, true)
    },
    tell(message) {
      keys.clear()
      return play(message, true)
    },
    insist: message => play(message, false),
    async goodbye(message) {
      await play(message, false)
      throw new Farewell()
    },
    key(timeoutMs) {
      if (!keys.isWaiting()) line.caption({ type: 'listen' })
      return keys.next(timeoutMs)
    },
    laterKey: timeoutMs => keys.next(timeoutMs),
    dropHash: () => keys.dropHash(),
    orHangUp: over.orHangUp,
    caption: caption => line.caption(caption),
    note: record.step,
    changeLanguage() {
      language = otherLanguage(language)
      record.step('system', `language ${language}`)
    },
    end(cause) {
      keys.end(cause)
      over.end(cause)
    },
  }
}

/** Throws HangUp into whoever waits for something else when the call ends. */
function createEnding(): Pick<Talk, 'orHangUp' | 'end'> {
  const waiting = new Set<(hangUp: HangUp) => void>()
  let ended: HangUp | null = null
  return {
    orHangUp: promise =>
      new Promise((resolve, reject) => {
        if (ended) reject(ended)
        waiting.add(reject)
        promise.then(resolve, reject).finally(() => waiting.delete(reject))
      }),
    end(cause) {
      ended ??= new HangUp(cause)
      for (const reject of waiting) reject(ended)
    },
  }
}
