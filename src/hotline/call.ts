// One call as the author of a dialogue sees it: say, ask, choose, confirm, wait. A hang-up is thrown out of whatever is awaited.
//
// Keys may be typed ahead: what leads to an entry is not said when keys are already there. What a caller could not
// foresee (a mistake, a result, a read-back) forgets the keys typed before it. Any key interrupts what is being said.

import type { Client } from '../kernel/client.ts'
import type { Log } from '../kernel/log.ts'
import type { AppRegistry } from '../registry.ts'
import { ask, type Entry, type EntryTimes } from './ask.ts'
import type { CallBegun, CallRecord } from './call-record.ts'
import { choose, confirm, type Menu } from './choose.ts'
import type { CallFacts, Key, Line, ReleaseCause } from './line.ts'
import { betterOutcome, type Outcome } from './outcome.ts'
import { whileWaiting } from './patience.ts'
import type { Said } from './said.ts'
import { type Back, createTalk } from './talk.ts'
import type { Language } from './voice/voices.ts'

export { said } from './said.ts'
export { back } from './talk.ts'

export interface CallTimes extends EntryTimes {
  /** How often a waiting caller is asked for patience. */
  callerWaitPromptMs: number
  callerReadBudgetMs: number
  callerPostBudgetMs: number
}

export interface Call {
  readonly facts: CallFacts
  readonly api: Client<AppRegistry>
  readonly county: CallBegun['settings']
  readonly times: CallTimes
  readonly log: Log
  now(): Date
  language(): Language
  changeLanguage(): void
  /** Leads to an entry or a choice; skipped when keys were typed ahead. */
  say(...message: readonly Said[]): Promise<void>
  /** News: forgets the keys typed before it. */
  tell(...message: readonly Said[]): Promise<void>
  ask(entry: Entry): Promise<string | Back>
  menu<Choice extends Key>(menu: Menu<Choice>): Promise<Choice>
  /** Only a key pressed after the read-back began counts. */
  confirm(readBack: readonly Said[]): Promise<'confirmed' | Back>
  /** Waits with the caller for work that goes on even if they hang up; null when it took longer than `limitMs`. */
  whileWaiting<T>(work: Promise<T>, limitMs: number): Promise<T | null>
  /** Says so and ends the call. */
  goodbye(...message: readonly Said[]): Promise<never>
  /** A key under which a command of this call is done once; every one is new. */
  nextKey(): string
  /** Notes an answer of an operation in the call's record. */
  noteAnswer(text: string): void
  /** How far this call came; the best counts. */
  reached(outcome: Outcome): void
}

/** The other side of a call, for whoever runs its dialogue. */
export interface RunningCall {
  call: Call
  outcome(): Outcome
  /** The line is over. */
  end(cause: ReleaseCause): void
  /** Resolves when all work that goes on after a hang-up is done. */
  workDone(): Promise<unknown>
}

export interface CallSettings {
  line: Line
  facts: CallFacts
  api: Client<AppRegistry>
  record: CallRecord
  county: CallBegun['settings']
  language: Language
  times: CallTimes
  now: () => Date
  log: Log
}

export function createCall(settings: CallSettings): RunningCall {
  const { line, facts, api, record, county, language, times, now, log } = settings
  const talk = createTalk({ line, record, language, reading: { yao: county.sayYao }, log })
  const working = new Set<Promise<unknown>>()
  let outcome: Outcome = 'nothing'
  let keyCount = 0
  const promptMs = times.callerWaitPromptMs
  const call: Call = {
    facts,
    api,
    county,
    times,
    log,
    now,
    language: talk.language,
    changeLanguage: talk.changeLanguage,
    say: (...message) => talk.say(message),
    tell: (...message) => talk.tell(message),
    ask: entry => ask(talk, times, entry),
    menu: menu => choose(talk, times, menu),
    confirm: readBack => confirm(talk, times, readBack),
    whileWaiting(work, limitMs) {
      working.add(work)
      const over = () => working.delete(work)
      work.then(over, over)
      return whileWaiting(talk, work, { promptMs, limitMs })
    },
    goodbye: (...message) => talk.goodbye(message),
    nextKey() {
      keyCount += 1
      return `${facts.callId} ${keyCount}`
    },
    noteAnswer: text => record.step('answer', text),
    reached(next) {
      outcome = betterOutcome(outcome, next)
      line.caption({ type: 'outcome', outcome: next })
    },
  }
  return { call, outcome: () => outcome, end: talk.end, workDone: () => Promise.allSettled(working) }
}
