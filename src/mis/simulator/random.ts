// Random numbers that are the same for the same seed (mulberry32), for seeds of data and for faults by chance.

export interface Random {
  /** From 0, below 1. */
  next(): number
  /** A whole number below `below`. */
  whole(below: number): number
  pick<T>(list: readonly T[]): T
  /** From which the row of numbers goes on. */
  state(): number
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (below: number) => Math.floor(next() * below)
  return {
    next,
    whole,
    pick(list) {
      const one = list[whole(list.length)]
      if (one === undefined) throw new RangeError('nothing to pick from')
      return one
    },
    state: () => state,
  }
}
