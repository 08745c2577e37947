// Writes the steps of a call in the background: in order, a few at a time, never in the way of the call.
//
// Steps wait in memory until a write takes them: after flushAfterMs, or at once when flushSteps are there. One write is
// under way at a time, so that they arrive in order; one that fails is tried again with the next, and the database keeps
// a step that comes twice once.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../kernel/log.ts'

export type StepKind = 'say' | 'key' | 'entry' | 'answer' | 'system'

export interface Step {
  stepNo: number
  at: string
  kind: StepKind
  text: string
}

export interface StepWriter {
  add(kind: StepKind, text: string): void
  /** From here on steps are written; before it they wait. */
  open(): void
  /** Writes what is left; what cannot be written is lost, and the log says so. */
  flushAll(): Promise<void>
}

const flushAfterMs = 150
const flushSteps = 20
/** Steps of one write; the operation takes no more. */
const mostWritten = 200
/** Steps that wait while the database does not answer; those that come then are lost. */
const mostWaiting = 1_000
const mostCharacters = 500
const lastTries = 3
const retryAfterMs = 200

export function createStepWriter(
  write: (steps: Step[]) => Promise<unknown>,
  { now, log }: { now: () => Date; log: Log },
): StepWriter {
  const waiting: Step[] = []
  let lastStepNo = 0
  let lost = 0
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<boolean> | null = null
  let isOpen = false

  /** False when nothing could be written; the steps then still wait. */
  async function writeSome(): Promise<boolean> {
    const steps = waiting.slice(0, mostWritten)
    try {
      if (steps.length > 0) await write(steps)
      waiting.splice(0, steps.length)
      return true
    } catch (error) {
      log.error({ err: error, waiting: waiting.length }, 'steps of a call could not be written')
      return false
    }
  }

  function stopTimer(): void {
    if (timer) clearTimeout(timer)
    timer = null
  }

  function flush(): Promise<boolean> {
    stopTimer()
    writing ??= writeSome().then(written => {
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

  return {
    add(kind, text) {
      if (waiting.length >= mostWaiting) {
        lost += 1
        return
      }
      lastStepNo += 1
      waiting.push({ stepNo: lastStepNo, at: now().toISOString(), kind, text: text.slice(0, mostCharacters) })
      if (isOpen) schedule()
    },
    open() {
      isOpen = true
      schedule()
    },
    async flushAll() {
      for (let failures = 0; isOpen && waiting.length > 0 && failures < lastTries; ) {
        if (await flush()) continue
        failures += 1
        await sleep(retryAfterMs)
      }
      stopTimer()
      lost += waiting.length
      if (lost > 0) log.error({ lost }, 'steps of a call were lost')
      waiting.length = 0
      lost = 0
    },
  }
}
