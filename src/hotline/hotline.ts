// The hotline: takes each call an engine hands over, finds its county, and waits for all of them when it stops.

import type { LineEngine } from './line.ts'
import { within } from './patience.ts'
import { type HotlineParts, serveCall } from './serve-call.ts'

export interface HotlineSettings extends HotlineParts {
  engines: readonly LineEngine[]
}

export interface Hotline {
  start(): Promise<void>
  /** Takes no new calls, gives those in progress `graceMs`, then waits until their recharges and records are written. */
  stop(graceMs: number): Promise<void>
  activeCalls(): number
}

/** Longest that records and recharges under way are waited for when the hotline stops, beside the caller's budget. */
const windUpMs = 5_000

export function createHotline({ engines, ...parts }: HotlineSettings): Hotline {
  const serving = new Set<Promise<void>>()
  let active = 0

  async function onCall(line: Parameters<typeof serveCall>[1]): Promise<void> {
    active += 1
    const served = serveCall(parts, line, () => {
      active -= 1
    })
    serving.add(served)
    await served
    serving.delete(served)
  }

  return {
    async start() {
      for (const engine of engines) await engine.start(onCall)
    },
    async stop(graceMs) {
      await Promise.all(engines.map(engine => engine.stop(graceMs)))
      await within(Promise.all(serving), parts.settings.callerPostBudgetMs + windUpMs)
    },
    activeCalls: () => active,
  }
}
