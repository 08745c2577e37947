// Whose rows an actor may see: a county its own, a station its own and its sellers'; decided here and nowhere else.

import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'

/** Roles that see their whole county. */
const wholeCounty: readonly string[] = [
  'countyCardAdmin',
  'countyFinance',
  'hotlineAttendant',
  'hotline',
  'worker',
  'systemAdmin',
  'regionViewer',
]

export const seesWholeCounty = (actor: Actor) => wholeCounty.includes(actor.role)

/** A condition on a joined `holder h`: the rows of the actor's own place. */
export function visibleHolders(actor: Actor): RawBuilder<boolean> {
  if (seesWholeCounty(actor)) return sql<boolean>`true`
  return sql<boolean>`(h.holder_id = ${actor.holderId} or h.parent_id = ${actor.holderId})`
}

/** The place of the actor, for documents that a station makes for itself. */
export function ownPlace(actor: Actor): number {
  return actor.holderId ?? refuse('noPlace')
}
