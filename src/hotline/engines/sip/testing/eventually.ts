// Waits for what must come about, with patience enough for a busy machine.
import { vi } from 'vitest'

const PATIENCE_MS = 15_000

export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, PATIENCE_MS)
}
