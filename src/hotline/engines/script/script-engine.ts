// A telephone exchange without sound: calls that a program places, hears by their captions and answers with keys.

import { randomUUID } from 'node:crypto'
import type { Line, LineEngine } from '../../line.ts'
import { ScriptCall, type ScriptCallSettings } from './script-call.ts'

type PlacedCall = Omit<ScriptCallSettings, 'callId'> & { callId?: string }

export interface ScriptEngine extends LineEngine {
  /** A telephone that rings here. */
  place(settings: PlacedCall): ScriptCall
}

const pollMs = 5

export function createScriptEngine(): ScriptEngine {
  const calls = new Set<ScriptCall>()
  let take: ((line: Line) => Promise<void>) | null = null

  return {
    start(onCall) {
      take = onCall
      return Promise.resolve()
    },
    place(settings) {
      if (!take) throw new Error('nobody takes calls')
      const call = new ScriptCall({ callId: randomUUID(), ...settings })
      calls.add(call)
      void call.over.then(() => calls.delete(call))
      void take(call)
      return call
    },
    async stop(graceMs) {
      take = null
      const untilMs = performance.now() + graceMs
      while (calls.size > 0 && performance.now() < untilMs) await new Promise(resolve => setTimeout(resolve, pollMs))
      for (const call of calls) call.end('shutdown')
    },
    activeCalls: () => calls.size,
  }
}
