// How tests run: what works alone side by side, what needs ports, telephones or a browser one after the other.

import { defineConfig } from 'vitest/config'

const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 240_000, teardownTimeout: 60_000 } as const
const alone = ['test/architecture.test.ts', 'test/models/**/*.test.ts']
const fullSize = 'test/full/**/*.test.ts'

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: 'test/support/global-setup.ts',
    teardownTimeout: shared.teardownTimeout,
    maxWorkers: 2,
    projects: [
      {
        test: { ...shared, name: 'unit', include: ['src/**/*.test.{ts,tsx}', ...alone], sequence: { groupOrder: 1 } },
      },
      {
        test: {
          ...shared,
          name: 'end-to-end',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, fullSize],
          fileParallelism: false,
          testTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...shared,
          name: 'full',
          // Hours of work: only when asked for (`--mode full`).
          include: mode === 'full' ? [fullSize] : [],
          fileParallelism: false,
          testTimeout: 4 * 3_600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
}))
