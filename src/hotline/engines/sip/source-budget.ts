// A budget of answers per source address, so that garbage and floods cost little and are not reflected at a victim.
import { MAX_SOURCES } from './limits.ts'

export interface SourceBudget {
  /** Takes one from the source's budget; false when it is used up. */
  take(address: string, nowMs: number): boolean
}

export function createSourceBudget(burst: number, perSecond: number): SourceBudget {
  const sources = new Map<string, { left: number; atMs: number }>()
  return {
    take(address, nowMs) {
      const known = sources.get(address)
      const left =
        known === undefined ? burst : Math.min(burst, known.left + ((nowMs - known.atMs) * perSecond) / 1_000)
      sources.delete(address)
      if (sources.size >= MAX_SOURCES) {
        const oldest = sources.keys().next().value
        if (oldest !== undefined) sources.delete(oldest)
      }
      sources.set(address, { left: left >= 1 ? left - 1 : left, atMs: nowMs })
      return left >= 1
    },
  }
}
