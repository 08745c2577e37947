// How many messages may be under way at once: places kept for postings and queries, a short queue, reads shed first.

/** Heartbeats pass beside the pool: a full pool must not look like a dead billing system. */
export type Lane = 'posting' | 'query' | 'read'

export interface PoolSettings {
  size: number
  /** Longest wait for a place. */
  waitMs: number
  mostWaiting: number
}

export interface Pool {
  /** Resolves with the function that gives the place back, or with undefined when none came free in time. */
  enter(lane: Lane, waitMs: number): Promise<(() => void) | undefined>
  close(): void
}

const reserved: Readonly<Record<Lane, number>> = { posting: 2, query: 1, read: 0 }
const lanes: readonly Lane[] = ['posting', 'query', 'read']

interface Waiter {
  lane: Lane
  admit(): void
  shed(): void
}

export function createPool(settings: PoolSettings): Pool {
  if (settings.size < 4)
    throw new RangeError('a pool needs four places: two for postings, one for queries, one for reads')
  const used: Record<Lane, number> = { posting: 0, query: 0, read: 0 }
  const waiting: Waiter[] = []
  let closed = false

  /** A lane may take a place only if the other lanes' unused reserves still fit into what is left. */
  const fits = (lane: Lane) => {
    const free = settings.size - used.posting - used.query - used.read
    const kept = lanes.reduce(
      (sum, other) => sum + (other === lane ? 0 : Math.max(0, reserved[other] - used[other])),
      0,
    )
    return free > kept
  }
  const take = (lane: Lane) => {
    used[lane] += 1
    let given = false
    return () => {
      if (given) return
      given = true
      used[lane] -= 1
      admitNext()
    }
  }
  const admitNext = () => {
    for (const lane of lanes) {
      for (let next = waiting.find(one => one.lane === lane); next && fits(lane); ) {
        next.admit()
        next = waiting.find(one => one.lane === lane)
      }
    }
  }
  const shedFor = (lane: Lane) => {
    const victim = waiting.findLast(one => lanes.indexOf(one.lane) > lanes.indexOf(lane))
    victim?.shed()
    return victim !== undefined
  }

  return {
    enter(lane, waitMs) {
      if (closed) return Promise.resolve(undefined)
      if (fits(lane) && !waiting.some(one => one.lane === lane)) return Promise.resolve(take(lane))
      if (waiting.length >= settings.mostWaiting && !shedFor(lane)) return Promise.resolve(undefined)
      return new Promise(resolve => {
        const leave = (place: (() => void) | undefined) => {
          clearTimeout(timer)
          waiting.splice(waiting.indexOf(waiter), 1)
          resolve(place)
        }
        const waiter: Waiter = { lane, admit: () => leave(take(lane)), shed: () => leave(undefined) }
        const timer = setTimeout(waiter.shed, Math.min(waitMs, settings.waitMs))
        waiting.push(waiter)
      })
    },
    close() {
      closed = true
      for (const waiter of [...waiting]) waiter.shed()
    },
  }
}
