// Asks for the demonstration data to be removed: all of them, at the next start, which begins empty and stays so.

import { z } from 'zod'
import { askForRemoval, removalWords } from '../../domain/demonstration.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const remove = command({
  roles: ['systemAdmin'],
  input: z.strictObject({ confirm: z.string().max(20) }),
  /** Facts are only ever added to while the product runs, so the data go when it does not. */
  output: z.object({ removedAt: z.literal('nextStart') }),
  async run({ tx, services }, { confirm }) {
    if (!services.demonstration) refuse('notDemonstration')
    if (confirm !== removalWords) refuse('removalUnconfirmed', { words: removalWords })
    await askForRemoval(tx)
    return { removedAt: 'nextStart' as const }
  },
})
