// Which cards a kind of document may take: whose, in which states, under which conditions; for whoever enters its ranges.

import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import type { RangeState } from './card.ts'
import { countySettings } from './county-settings.ts'
import { refuseUnseen } from './document-read.ts'
import type { CheckSettings } from './range-check.ts'
import { visibleHolders } from './visibility.ts'

/** Documents whose ranges are entered. */
export const enteredKinds = ['CK', 'FS', 'FK', 'SK', 'TK', 'ZF', 'PD', 'KF'] as const
export type EnteredKind = (typeof enteredKinds)[number]

export type Source = Pick<
  CheckSettings,
  'states' | 'holderId' | 'documentId' | 'refusesExpired' | 'refusesFrozen' | 'goodUntil'
>

interface Rule {
  /** Who enters such ranges. */
  by: readonly ('county' | 'station')[]
  /** Kinds of places whose cards they are. */
  holders: readonly string[]
  states: readonly RangeState[]
  refusesExpired: boolean
  refusesFrozen: boolean
}

const anywhere = ['county', 'station', 'seller', 'hall', 'customer']
const alive: readonly RangeState[] = ['county', 'station', 'seller', 'customer']
const free = { refusesExpired: false, refusesFrozen: true }

const rules: Readonly<Record<EnteredKind, Rule>> = {
  CK: { by: ['county'], holders: ['county'], states: ['county'], refusesExpired: true, refusesFrozen: true },
  FS: { by: ['station'], holders: ['station'], states: ['station'], ...free },
  FK: { by: ['county'], holders: ['station'], states: ['station'], ...free },
  SK: { by: ['station'], holders: ['station'], states: ['station'], refusesExpired: true, refusesFrozen: true },
  TK: { by: ['station'], holders: ['seller', 'hall'], states: ['seller'], ...free },
  ZF: { by: ['county', 'station'], holders: anywhere, states: alive, refusesExpired: false, refusesFrozen: false },
  PD: { by: ['county', 'station'], holders: anywhere, states: alive, refusesExpired: false, refusesFrozen: false },
  KF: { by: ['county', 'station'], holders: anywhere, states: alive, refusesExpired: false, refusesFrozen: false },
}

export interface Asked {
  kind: EnteredKind
  /** The document that the ranges are for, once there is one: what it claims is its own. */
  documentId?: number | undefined
  /** A seller of a return, a place that is counted; else whoever the kind implies. */
  holderId?: number | undefined
}

export async function sourceOf(tx: Tx, actor: Actor, asked: Asked): Promise<Source> {
  const { by, holders: kinds, ...rule } = rules[asked.kind]
  const side = actor.role === 'stationCardAdmin' ? 'station' : 'county'
  if (!by.includes(side)) refuse('notAllowed', { operation: `range.check ${asked.kind}` })
  const document = await documentOf(tx, actor, asked)
  const wanted = asked.holderId ?? (asked.kind === 'FK' ? document?.holderId : undefined)
  const only = wanted === undefined ? sql<boolean>`true` : sql<boolean>`h.holder_id = ${wanted}`
  const holderId = await holdersOf(tx, actor, kinds, only)
  if (wanted !== undefined && holderId.length === 0) refuse('wrongHolder')
  const goodUntil = asked.kind === 'SK' ? await saleableUntil(tx, actor.countyId) : undefined
  return { ...rule, holderId, documentId: document?.claimsAs ?? 0, goodUntil }
}

async function documentOf(tx: Tx, actor: Actor, { kind, documentId }: Asked) {
  if (documentId === undefined) return null
  await refuseUnseen(tx, actor, documentId)
  const found = await tx
    .selectFrom('document')
    .select(['documentId', 'parentId', 'holderId'])
    .where('countyId', '=', actor.countyId)
    .where('documentId', '=', documentId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (!found) return refuse('documentNotFound', { documentId })
  // The cards of a return are claimed by its application.
  return { holderId: found.holderId, claimsAs: (kind === 'FK' ? found.parentId : null) ?? found.documentId }
}

async function holdersOf(
  tx: Tx,
  actor: Actor,
  kinds: readonly string[],
  only: RawBuilder<boolean>,
): Promise<readonly number[]> {
  const { rows } = await sql<{ holderId: number }>`
    select h.holder_id from holder h where h.county_id = ${actor.countyId} and h.kind = any(${[...kinds]}::text[])
      and ${visibleHolders(actor)} and ${only}`.execute(tx)
  return rows.map(row => row.holderId)
}

/** Cards must still be good for the county's months when they are sold on: the first day that is enough. */
export async function saleableUntil(tx: Tx, countyId: number): Promise<string> {
  const { monthsLeftToSell } = await countySettings(tx, countyId)
  const { rows } = await sql<{ day: string }>`
    select ((now() at time zone 'Asia/Shanghai') + make_interval(months => ${monthsLeftToSell}))::date::text as day`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row.day
}
