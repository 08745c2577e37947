// The billing system's own clock: it can be set, shifted and made to run faster.

export interface ClockState {
  /** Real milliseconds since the epoch at which the clock showed `shownMs`. */
  realMs: number
  shownMs: number
  speed: number
}

export interface MisClock {
  now(): number
  state(): ClockState
  set(change: { now?: number | undefined; offsetMs?: number | undefined; speed?: number | undefined }): void
  /** Waits so long by this clock. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Node's timers cannot wait longer. */
const longestTimerMs = 2_147_483_647

export function createMisClock(start: ClockState): MisClock {
  let { realMs, shownMs, speed } = start
  const now = () => Math.floor(shownMs + (Date.now() - realMs) * speed)
  return {
    now,
    state: () => ({ realMs, shownMs, speed }),
    set(change) {
      shownMs = (change.now ?? now()) + (change.offsetMs ?? 0)
      realMs = Date.now()
      speed = change.speed ?? speed
    },
    wait(ms, signal) {
      if (signal.aborted) return Promise.resolve()
      return new Promise(resolve => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, Math.min(ms / speed, longestTimerMs))
        signal.addEventListener('abort', done, { once: true })
      })
    },
  }
}
