// A change of business settings: proposed field by field, decided by a second person, in force from its hour on.

import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { type CountySettings, countySettings, countySettingsSchema } from './county-settings.ts'

const names = Object.keys(countySettingsSchema.shape)
const fields = z.record(z.string(), z.unknown())
type Fields = z.infer<typeof fields>

/** The fields that would truly change, as they are and as they would be; every problem at once. */
export function compareSettings(current: CountySettings, wanted: Fields): { before: Fields; after: Fields } {
  const unknown = Object.keys(wanted).filter(name => !names.includes(name))
  const parsed = countySettingsSchema.safeParse({ ...current, ...wanted })
  const issues = parsed.success ? [] : parsed.error.issues.slice(0, 50)
  const problems = [
    ...unknown.map(name => `${name.slice(0, 60)}: unknown`),
    ...issues.map(issue => `${issue.path.join('.')}: ${issue.message}`),
  ]
  if (!parsed.success || problems.length > 0) return refuse('badInput', { problems })
  const now: Fields = { ...current }
  const then: Fields = { ...parsed.data }
  const moved = names.filter(name => !isDeepStrictEqual(now[name], then[name]))
  if (moved.length === 0) refuse('settingUnchanged')
  const only = (all: Fields) => Object.fromEntries(moved.map(name => [name, all[name]]))
  return { before: only(now), after: only(then) }
}

/** Changes of one county's settings are proposed and decided one after the other. */
export async function lockSettings(tx: Tx, countyId: number): Promise<void> {
  await tx.selectFrom('county').select('countyId').where('countyId', '=', countyId).forNoKeyUpdate().execute()
}

/** An undecided change of the county, with the person (工号) who proposed it. */
export async function openChange(tx: Tx, countyId: number, changeId: number) {
  const change = await tx
    .selectFrom('settingChange')
    .innerJoin('operator', join =>
      join
        .onRef('operator.countyId', '=', 'settingChange.countyId')
        .onRef('operator.operatorId', '=', 'settingChange.proposedBy'),
    )
    .selectAll('settingChange')
    .select('operator.staffNo')
    .where('settingChange.countyId', '=', countyId)
    .where('settingChange.changeId', '=', changeId)
    .executeTakeFirst()
  if (!change) return refuse('settingChangeNotFound', { changeId })
  if (change.state !== 'proposed') refuse('settingDecided', { state: change.state })
  return change
}

/** Refuses to confirm what would no longer change what its proposer saw. */
export async function requireAsSeen(
  tx: Tx,
  countyId: number,
  change: { before: unknown; changes: unknown; startsAt: Date },
  now: Date,
): Promise<void> {
  const at = change.startsAt > now ? change.startsAt : now
  const current = await countySettings(tx, countyId, at)
  const before = fields.parse(change.before)
  const seen: Fields = countySettingsSchema.parse({ ...current, ...before })
  const is: Fields = { ...current }
  const moved = Object.keys(before).filter(name => !isDeepStrictEqual(is[name], seen[name]))
  if (moved.length > 0) refuse('settingMoved', { fields: moved })
  compareSettings(current, fields.parse(change.changes))
}

/** Writes the decision; a change is decided once. */
export async function decide(
  tx: Tx,
  actor: Actor,
  changeId: number,
  decision: { state: 'confirmed' | 'rejected' | 'cancelled'; note: string; effectiveAt: Date | null; at: Date },
): Promise<void> {
  await tx
    .updateTable('settingChange')
    .set({
      state: decision.state,
      decidedBy: actor.operatorId,
      decidedAt: decision.at,
      decisionNote: decision.note,
      effectiveAt: decision.effectiveAt,
    })
    .where('countyId', '=', actor.countyId)
    .where('changeId', '=', changeId)
    .execute()
}
