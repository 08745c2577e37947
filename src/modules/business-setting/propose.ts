// Proposes a change of business settings from a stated hour on; in force only when a second person has confirmed it.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { operatorOf } from '../../domain/document.ts'
import { command } from '../../domain/services.ts'
import { compareSettings, lockSettings } from '../../domain/setting-change.ts'
import { refuse } from '../../kernel/refusal.ts'

const mostOpen = 20
const furthestMs = 366 * 86_400_000

export const propose = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    /** New values by the names of the settings. */
    changes: z.record(z.string().max(60), z.json()).refine(all => Object.keys(all).length <= 50),
    /** When it begins; null: at once when confirmed. */
    startsAt: z.iso.datetime({ offset: true }).nullable(),
    reason: z.string().trim().min(1).max(200),
  }),
  output: z.object({
    changeId: z.int(),
    before: z.record(z.string(), z.unknown()),
    after: z.record(z.string(), z.unknown()),
  }),
  async run({ tx, actor, countyId, now }, input) {
    const startsAt = input.startsAt === null ? now : new Date(input.startsAt)
    if (startsAt < now || startsAt.getTime() > now.getTime() + furthestMs) refuse('settingStart')
    await lockSettings(tx, countyId)
    const open = await tx
      .selectFrom('settingChange')
      .select('changeId')
      .where('countyId', '=', countyId)
      .where('state', '=', 'proposed')
      .limit(mostOpen)
      .execute()
    if (open.length === mostOpen) refuse('settingsOpen', { n: mostOpen })
    const { before, after } = compareSettings(await countySettings(tx, countyId, startsAt), input.changes)
    const { changeId } = await tx
      .insertInto('settingChange')
      .values({
        countyId,
        changes: JSON.stringify(after),
        before: JSON.stringify(before),
        startsAt,
        reason: input.reason,
        proposedBy: operatorOf(actor),
        proposedAt: now,
      })
      .returning('changeId')
      .executeTakeFirstOrThrow()
    return { changeId, before, after }
  },
})
