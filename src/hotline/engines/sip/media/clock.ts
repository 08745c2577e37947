// One clock for all streams of a thread: ticks every 20 ms by absolute time, so that lateness never adds up.
import { PACKET_MS } from './rtp.ts'

/** After a longer standstill (a suspended machine) the missed ticks are given up instead of being sent in a burst. */
const MAX_BEHIND_MS = 200

/** Starts ticking; returns what stops it. `missed` is how many ticks were given up before this one. */
export function startClock(tick: (missed: number) => void): () => void {
  let nextMs = performance.now() + PACKET_MS
  let timer = setTimeout(run, PACKET_MS)
  function run(): void {
    const nowMs = performance.now()
    let missed = 0
    if (nowMs - nextMs > MAX_BEHIND_MS) {
      missed = Math.floor((nowMs - nextMs) / PACKET_MS)
      nextMs += missed * PACKET_MS
    }
    while (nextMs <= nowMs) {
      tick(missed)
      missed = 0
      nextMs += PACKET_MS
    }
    timer = setTimeout(run, Math.max(0, nextMs - performance.now()))
  }
  return () => clearTimeout(timer)
}
