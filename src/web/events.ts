// Hears from the server that calls or recharges changed, and has what is on screen asked for again; polls when deaf.

import { createContext, useContext, useEffect, useState } from 'react'
import { pollMs, queryClient } from './queries.ts'

/** True while the server's events arrive. */
const Live = createContext(false)
export const LiveProvider = Live.Provider
export const useLive = () => useContext(Live)

/** For `refetchInterval`: events make asking needless, save for the turn of a day. */
export function useRefetchMs(): number {
  return useLive() ? seldomMs : pollMs
}

const seldomMs = 5 * 60_000
const figuresEveryMs = 1_000
const transcriptEveryMs = 250
const listenAgainMs = 15_000

/** Listens as long as the component that calls it is there. */
export function useEvents(): boolean {
  const [live, setLive] = useState(false)
  useEffect(() => listenForEvents(setLive), [])
  return live
}

function listenForEvents(tell: (live: boolean) => void): () => void {
  const refresh = createRefresher()
  let source: EventSource | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  function open(): void {
    source = new EventSource('/api/events')
    source.onopen = () => {
      tell(true)
      // Whatever happened while nobody listened.
      for (const name of ['home', 'call', 'recharge']) refresh.soon([name], figuresEveryMs)
      refresh.soon(['transcript'], transcriptEveryMs)
    }
    source.onerror = () => {
      tell(false)
      if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, listenAgainMs)
    }
    source.onmessage = ({ data }: MessageEvent<string>) => refresh.on(JSON.parse(data))
  }
  open()
  return () => {
    clearTimeout(again)
    source?.close()
    refresh.stop()
  }
}

interface Told {
  topic: string
  id: string
}

/** Many events in a moment are one question. */
function createRefresher() {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>()
  function soon(key: readonly string[], everyMs: number): void {
    const name = key.join(' ')
    if (waiting.has(name)) return
    waiting.set(
      name,
      setTimeout(() => {
        waiting.delete(name)
        void queryClient.invalidateQueries({ queryKey: key })
      }, everyMs),
    )
  }
  return {
    soon,
    on({ topic, id }: Told): void {
      soon(['home'], figuresEveryMs)
      soon([topic], figuresEveryMs)
      if (topic === 'call') soon(['transcript', id], transcriptEveryMs)
    },
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer)
    },
  }
}
