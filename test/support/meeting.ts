// A place where so many wait for each other and then go on all at once.

export interface Meeting {
  /** Resolves when everybody has arrived. */
  arrive(): Promise<void>
  /** Resolves when so many have. */
  gathered(count: number): Promise<void>
}

export function createMeeting(everybody: number): Meeting {
  const waiting = new Set<{ count: number; resolve: () => void }>()
  let arrived = 0
  const gathered = (count: number) =>
    new Promise<void>(resolve => {
      if (arrived >= count) resolve()
      else waiting.add({ count, resolve })
    })
  return {
    gathered,
    arrive() {
      arrived += 1
      for (const one of waiting) {
        if (arrived < one.count) continue
        waiting.delete(one)
        one.resolve()
      }
      return gathered(everybody)
    },
  }
}
