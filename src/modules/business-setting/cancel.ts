// Takes back a change that the same person proposed and nobody has decided yet.

import { command } from '../../domain/services.ts'
import { decide, lockSettings, openChange } from '../../domain/setting-change.ts'
import { refuse } from '../../kernel/refusal.ts'
import { changeId, decided } from './shapes.ts'

export const cancel = command({
  roles: ['countyFinance'],
  input: changeId,
  output: decided,
  async run({ tx, actor, countyId, now }, input) {
    await lockSettings(tx, countyId)
    const change = await openChange(tx, countyId, input.changeId)
    if (change.staffNo !== actor.staffNo) refuse('notAuthor')
    await decide(tx, actor, input.changeId, { state: 'cancelled', note: '', effectiveAt: null, at: now })
    return { ...input, effectiveAt: null }
  },
})
