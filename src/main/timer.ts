// Work by the clock: never twice at once, failures logged and tried again at the next tick.

import type { Log } from '../kernel/log.ts'

export interface Timer {
  /** Ends the clock and waits for the work under way. */
  stop(): Promise<void>
}

export function every(ms: number, work: () => Promise<unknown>, log: Log): Timer {
  let running: Promise<unknown> | null = null
  const timer = setInterval(() => {
    if (running) return
    running = work()
      .catch(error => log.error({ err: error }, 'periodic work failed and will be tried again'))
      .finally(() => {
        running = null
      })
  }, ms)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
