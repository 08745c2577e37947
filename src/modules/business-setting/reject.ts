// Turns a change down that another person proposed, with the reason.

import { z } from 'zod'
import { command } from '../../domain/services.ts'
import { decide, lockSettings, openChange } from '../../domain/setting-change.ts'
import { refuse } from '../../kernel/refusal.ts'
import { decided } from './shapes.ts'

export const reject = command({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ changeId: z.int(), reason: z.string().trim().min(1).max(200) }),
  output: decided,
  async run({ tx, actor, countyId, now }, { changeId, reason }) {
    await lockSettings(tx, countyId)
    const change = await openChange(tx, countyId, changeId)
    if (change.staffNo === actor.staffNo) refuse('settingOwn')
    await decide(tx, actor, changeId, { state: 'rejected', note: reason, effectiveAt: null, at: now })
    return { changeId, effectiveAt: null }
  },
})
