// Whether the server answers: told by the requests themselves, and asked for again until it is back.

import { useSyncExternalStore } from 'react'

const askAgainMs = 4_000
const listeners = new Set<() => void>()
let reachable = true
let asking: ReturnType<typeof setInterval> | undefined

export function connectionLost(): void {
  if (!reachable) return
  reachable = false
  asking = setInterval(() => void ask(), askAgainMs)
  tell()
}

export function connectionBack(): void {
  if (reachable) return
  reachable = true
  clearInterval(asking)
  tell()
}

export function useReachable(): boolean {
  return useSyncExternalStore(listen, () => reachable)
}

/** Calls back whenever the server goes away or comes back. */
export function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const isReachable = () => reachable

async function ask(): Promise<void> {
  try {
    const { ok } = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(askAgainMs) })
    if (ok) connectionBack()
  } catch {
    // still away: asked again by the timer
  }
}

function tell(): void {
  for (const listener of listeners) listener()
}

window.addEventListener('offline', connectionLost)
window.addEventListener('online', () => void ask())
