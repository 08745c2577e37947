// The record of one call, written while it happens: steps in order, a few at a time, never in the way of the call.
//
// Steps wait in memory until a write takes them: after flushAfterMs, or at once when flushSteps are there. One write is
// under way at a time, so that they arrive in order; one that fails is tried again with the next, and the database keeps
// a step that comes twice once. After the end steps may still be added (a recharge outlives its caller) until close().

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../kernel/client.ts'
import type { Log } from '../kernel/log.ts'
import type { AppRegistry } from '../registry.ts'
import type { CallFacts, LineQuality, ReleaseCause } from './line.ts'
import type { Language } from './voice/voices.ts'

export type StepKind = 'say' | 'key' | 'entry' | 'answer' | 'system'
export type CallBegun = Awaited<ReturnType<Client<AppRegistry>['call']['begin']>>

export interface CallRecord {
  begin(language: Language): Promise<CallBegun>
  /** `text` holds no PIN digit, and no card or account number whole. */
  step(kind: StepKind, text: string): void
  end(releaseCause: ReleaseCause, outcome: string, quality: LineQuality): Promise<void>
  /** Writes what is left. */
  close(): Promise<void>
}

export interface CallRecordSettings {
  api: Client<AppRegistry>
  facts: CallFacts
  now: () => Date
  log: Log
}

interface Step {
  stepNo: number
  at: string
  kind: StepKind
  text: string
}

const flushAfterMs = 150
const flushSteps = 20
/** Steps of one write; the operation takes no more. */
const mostWritten = 200
/** Steps that wait while the database does not answer; those that come then are lost, and the log says so. */
const mostWaiting = 1_000
const mostCharacters = 500
const lastTries = 3
const retryAfterMs = 200

export function createCallRecord({ api, facts, now, log }: CallRecordSettings): CallRecord {
  const { callId } = facts
  const waiting: Step[] = []
  let lastStepNo = 0
  let lost = 0
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<boolean> | null = null
  let beginning: Promise<void> = Promise.resolve()
  let isKept = false

  /** False when it could not be written; the steps then still wait. */
  async function write(): Promise<boolean> {
    const steps = waiting.slice(0, mostWritten)
    if (steps.length === 0) return true
    try {
      await api.call.step({ callId, steps })
      waiting.splice(0, steps.length)
      return true
    } catch (error) {
      log.error({ err: error, waiting: waiting.length }, 'steps of a call could not be written')
      return false
    }
  }

  function flush(): Promise<boolean> {
    if (timer) clearTimeout(timer)
    timer = null
    writing ??= write().then(written => {
      writing = null
      if (waiting.length > 0) schedule(written)
      return written
    })
    return writing
  }

  /** After a write that failed only later, whatever waits. */
  function schedule(atOnce = true): void {
    if (atOnce && waiting.length >= flushSteps && !writing) void flush()
    else timer ??= setTimeout(() => void flush(), flushAfterMs)
  }

  async function flushAll(): Promise<void> {
    if (!isKept) waiting.length = 0
    for (let failures = 0; waiting.length > 0 && failures < lastTries; ) {
      if (await flush()) continue
      failures += 1
      await sleep(retryAfterMs)
    }
    if (timer) clearTimeout(timer)
    timer = null
    if (waiting.length + lost > 0) log.error({ lost: waiting.length + lost }, 'steps of a call were lost')
    waiting.length = 0
    lost = 0
  }

  async function tryEnd(ending: Parameters<typeof api.call.end>[0]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await api.call.end(ending)
        return
      } catch (error) {
        log.error({ err: error, tries }, 'the end of a call could not be written')
        if (tries >= lastTries) return
      }
      await sleep(retryAfterMs)
    }
  }

  return {
    begin(language) {
      const { engine, trunk, codec, caller, called } = facts
      const begun = api.call.begin({ callId, engine, trunk, codec, caller, called, language })
      beginning = begun.then(
        () => {
          isKept = true
          schedule()
        },
        () => undefined,
      )
      return begun
    },
    step(kind, text) {
      if (waiting.length >= mostWaiting) {
        lost += 1
        return
      }
      lastStepNo += 1
      waiting.push({ stepNo: lastStepNo, at: now().toISOString(), kind, text: text.slice(0, mostCharacters) })
      if (isKept) schedule()
    },
    async end(releaseCause, outcome, quality) {
      await beginning
      await flushAll()
      if (isKept) await tryEnd({ callId, releaseCause, outcome, quality })
    },
    close: flushAll,
  }
}
