// Wake-up times as data: a binary heap of (time, key). What wakes decides itself whether it still has something to do.

interface Wake {
  readonly atMs: number
  readonly key: string
}

export interface WakeQueue {
  add(atMs: number, key: string): void
  /** Takes out the keys whose time has come. */
  due(nowMs: number): string[]
  /** The next time something is due, Infinity when nothing is. */
  nextAtMs(): number
}

export function createWakeQueue(): WakeQueue {
  const heap: Wake[] = []
  const at = (index: number): number => heap[index]?.atMs ?? Number.POSITIVE_INFINITY
  const swap = (a: number, b: number): void => {
    const left = heap[a]
    const right = heap[b]
    if (left === undefined || right === undefined) return
    heap[a] = right
    heap[b] = left
  }
  const rise = (start: number): void => {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1
      if (at(parent) <= at(i)) return
      swap(parent, i)
      i = parent
    }
  }
  const sink = (): void => {
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      const least = at(left + 1) < at(left) ? left + 1 : left
      if (at(i) <= at(least)) return
      swap(i, least)
      i = least
    }
  }
  return {
    add(atMs, key) {
      if (!Number.isFinite(atMs)) return
      heap.push({ atMs, key })
      rise(heap.length - 1)
    },
    due(nowMs) {
      const keys: string[] = []
      while (at(0) <= nowMs) {
        const first = heap[0]
        const last = heap.pop()
        if (first === undefined || last === undefined) break
        if (heap.length > 0) {
          heap[0] = last
          sink()
        }
        keys.push(first.key)
      }
      return keys
    },
    nextAtMs: () => at(0),
  }
}
