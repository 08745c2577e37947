// Keeps a waiting caller company until something is done, without holding it up.

import { said } from './said.ts'
import type { Talk } from './talk.ts'

/** What is done within this time needs no word of patience. */
const silentMs = 1_500

/**
 * What came of the work, asking for patience every `promptMs`; null when it took longer than `limitMs`. The work goes on
 * by itself when the caller hangs up. Keys pressed meanwhile are no answer to anything and are forgotten by the news.
 */
export async function whileWaiting<T>(
  talk: Talk,
  work: Promise<T>,
  { promptMs, limitMs }: { promptMs: number; limitMs: number },
): Promise<T | null> {
  const begunMs = performance.now()
  const done = work.then(value => ({ value }))
  let promptAtMs = begunMs + Math.min(silentMs, promptMs)
  for (let words: 'wait' | 'wait.still' = 'wait'; ; words = 'wait.still') {
    const limitAtMs = begunMs + limitMs
    const result = await talk.orHangUp(within(done, Math.min(promptAtMs, limitAtMs) - performance.now()))
    if (result) return result.value
    if (performance.now() >= limitAtMs) return null
    promptAtMs += promptMs
    await talk.insist([said(words)])
  }
}

/** The promise's value, or null when it takes longer. */
export async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), Math.max(0, limitMs))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
