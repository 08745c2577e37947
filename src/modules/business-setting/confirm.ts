// Confirms a change that another person proposed, as long as it still changes what that person saw.

import { command } from '../../domain/services.ts'
import { decide, lockSettings, openChange, requireAsSeen } from '../../domain/setting-change.ts'
import { refuse } from '../../kernel/refusal.ts'
import { changeId, decided } from './shapes.ts'

export const confirm = command({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: changeId,
  output: decided,
  async run({ tx, actor, countyId, now }, input) {
    await lockSettings(tx, countyId)
    const change = await openChange(tx, countyId, input.changeId)
    if (change.staffNo === actor.staffNo) refuse('settingOwn')
    await requireAsSeen(tx, countyId, change, now)
    const effectiveAt = change.startsAt > now ? change.startsAt : now
    await decide(tx, actor, input.changeId, { state: 'confirmed', note: '', effectiveAt, at: now })
    return { ...input, effectiveAt }
  },
})
