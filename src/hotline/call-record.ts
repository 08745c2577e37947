// The record of one call, written while it happens and closed when it is over, whatever became of it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../kernel/client.ts'
import type { Log } from '../kernel/log.ts'
import type { AppRegistry } from '../registry.ts'
import type { CallFacts, LineQuality, ReleaseCause } from './line.ts'
import { createStepWriter, type StepKind } from './step-writer.ts'
import type { Language } from './voice/voices.ts'

export type CallBegun = Awaited<ReturnType<Client<AppRegistry>['call']['begin']>>

export interface CallRecord {
  begin(language: Language): Promise<CallBegun>
  /** `text` holds no PIN digit, and no card or account number whole. */
  step(kind: StepKind, text: string): void
  end(releaseCause: ReleaseCause, outcome: string, quality: LineQuality): Promise<void>
  /** Writes what came after the end: a recharge outlives its caller. */
  close(): Promise<void>
}

export interface CallRecordSettings {
  api: Client<AppRegistry>
  facts: CallFacts
  now: () => Date
  log: Log
}

const endTries = 3
const retryAfterMs = 200

export function createCallRecord({ api, facts, now, log }: CallRecordSettings): CallRecord {
  const { callId } = facts
  const steps = createStepWriter(some => api.call.step({ callId, steps: some }), { now, log })
  let beginning: Promise<boolean> = Promise.resolve(false)

  return {
    begin(language) {
      const { engine, trunk, codec, caller, called } = facts
      const begun = api.call.begin({ callId, engine, trunk, codec, caller, called, language })
      beginning = begun.then(
        () => {
          steps.open()
          return true
        },
        () => false,
      )
      return begun
    },
    step: steps.add,
    async end(releaseCause, outcome, quality) {
      const isKept = await beginning
      await steps.flushAll()
      for (let tries = 1; isKept; tries += 1) {
        try {
          await api.call.end({ callId, releaseCause, outcome, quality })
          return
        } catch (error) {
          log.error({ err: error, tries }, 'the end of a call could not be written')
          if (tries >= endTries) return
        }
        await sleep(retryAfterMs)
      }
    },
    close: steps.flushAll,
  }
}
