// The circuit breaker: after several failures to reach the billing system nothing is sent until a trial succeeds.

import type { BreakerSettings } from '../connector.ts'

export const defaultBreaker: BreakerSettings = { failures: 5, windowMs: 30_000, probeAfterMs: 10_000 }

export interface Breaker {
  /** `trial`: whoever asked must send a heartbeat first and report it with `tried`. */
  ask(): 'pass' | 'trial' | 'stop'
  /** The billing system was not reached or did not answer. A refusal is an answer. */
  failed(): void
  tried(reached: boolean): void
  isClosed(): boolean
}

export function createBreaker(settings: BreakerSettings, now: () => number): Breaker {
  let failures: number[] = []
  let openedAt: number | undefined
  let trialUnderWay = false
  return {
    ask() {
      if (openedAt === undefined) return 'pass'
      const openMs = now() - openedAt
      // A clock that was set back must not keep the circuit open.
      if (trialUnderWay || (openMs >= 0 && openMs < settings.probeAfterMs)) return 'stop'
      trialUnderWay = true
      return 'trial'
    },
    failed() {
      const at = now()
      failures = [...failures.filter(one => one <= at && at - one < settings.windowMs), at].slice(-settings.failures)
      if (openedAt === undefined && failures.length >= settings.failures) openedAt = at
    },
    tried(reached) {
      trialUnderWay = false
      openedAt = reached || openedAt === undefined ? undefined : now()
      if (reached) failures = []
    },
    isClosed: () => openedAt === undefined,
  }
}
