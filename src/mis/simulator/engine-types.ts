// What every operation of the billing system is given, and what it answers, whatever wire it came over.

import type { Behaviours } from './behaviours.ts'
import type { Days } from './days.ts'
import type { Store } from './store.ts'

export interface Asked {
  store: Store
  days: Days
  behaviours: Behaviours
  /** Now, by the clock of the billing system. */
  nowMs: number
  channelId: string
  /** Called with the money moved and nothing committed. */
  beforeCommit: () => Promise<void>
}

/** `data` goes with code 0000 alone. */
export interface Outcome {
  code: string
  data?: Record<string, unknown>
}

export const accepted = (data: Record<string, unknown>): Outcome => ({ code: '0000', data })
