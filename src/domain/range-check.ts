// One check of ranges for every document: which cards exist, who holds them, and every reason they cannot move.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { RangeState } from './card.ts'
import { joinRanges, overlapping, type SerialRange, subtractRanges } from './range.ts'

export interface HeldRange extends SerialRange {
  countyId: number
  batchId: number
  faceValueFen: number
  state: RangeState
  holderId: number
  transitDocumentId: number | null
  expiresOn: string
}

/** Fault codes of range entry: absent, rejected, twice, in another document, another's, wrong state, condition, used. */
export type FaultCode = 'GAP' | 'REJ' | 'DUP' | 'BUSY' | 'HOLD' | 'STATE' | 'FROZEN' | 'EXPIRED' | 'TRANSIT' | 'USED'

export interface RangeFault extends SerialRange {
  code: FaultCode
  /** The holder, document or date that is in the way. */
  about: string
}

/** The ranges of cards that touch what is wanted, locked against other moves. */
export async function heldRanges(tx: Tx, countyId: number, wanted: readonly SerialRange[]): Promise<HeldRange[]> {
  const { rows } = await sql<HeldRange>`
    select distinct r.county_id, r.first_serial, r.last_serial, r.batch_id, r.face_value_fen, r.state, r.holder_id,
      r.transit_document_id, r.expires_on
    from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
    cross join lateral (
      select * from card_range r where r.county_id = ${countyId}
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(w.f, w.l, '[]') for update) r
    order by r.first_serial`.execute(tx)
  return rows
}

export interface CheckSettings {
  countyId: number
  ranges: readonly SerialRange[]
  held: readonly HeldRange[]
  states: readonly RangeState[]
  holderId: number
  /** Claims of this document are its own; every other one is in the way. */
  documentId: number
  refusesExpired: boolean
  refusesFrozen: boolean
}

/** Every fault at once, in serial order; an empty list means that the ranges may move. */
export async function findFaults(tx: Tx, check: CheckSettings): Promise<RangeFault[]> {
  const wanted = joinRanges(check.ranges)
  const faults: RangeFault[] = []
  if (overlapping(check.ranges)) {
    faults.push(...wanted.map(range => ({ ...range, code: 'DUP' as const, about: '' })))
  }
  for (const gap of subtractRanges(wanted, check.held)) faults.push({ ...gap, code: 'GAP', about: '' })
  for (const row of check.held) {
    const code = faultOf(row, check)
    if (code) for (const piece of common(row, wanted)) faults.push({ ...piece, ...code })
  }
  for (const { code, about, firstSerial, lastSerial } of await hindrances(tx, check, wanted)) {
    for (const piece of common({ firstSerial, lastSerial }, wanted)) faults.push({ ...piece, code, about })
  }
  return faults.sort((a, b) => a.firstSerial - b.firstSerial)
}

function faultOf(row: HeldRange, check: CheckSettings): { code: FaultCode; about: string } | null {
  if (row.transitDocumentId !== null) return { code: 'TRANSIT', about: String(row.transitDocumentId) }
  if (!check.states.includes(row.state)) return { code: 'STATE', about: row.state }
  if (row.holderId !== check.holderId) return { code: 'HOLD', about: String(row.holderId) }
  return null
}

const common = (row: SerialRange, wanted: readonly SerialRange[]): SerialRange[] =>
  wanted.flatMap(range => {
    const firstSerial = Math.max(row.firstSerial, range.firstSerial)
    const lastSerial = Math.min(row.lastSerial, range.lastSerial)
    return firstSerial <= lastSerial ? [{ firstSerial, lastSerial }] : []
  })

async function hindrances(tx: Tx, check: CheckSettings, wanted: readonly SerialRange[]): Promise<RangeFault[]> {
  const { rows } = await sql<RangeFault>`
    with wanted as (
      select int8range(f, l, '[]') as span
      from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l))
    select 'USED' as code, u.serial as first_serial, u.serial as last_serial, u.recharge_id::text as about
      from wanted join card_use u on u.county_id = ${check.countyId} and u.serial between lower(span) and upper(span) - 1
    union all
    select 'BUSY', c.first_serial, c.last_serial, coalesce(d.document_no, d.kind)
      from wanted join claim c on c.county_id = ${check.countyId} and int8range(c.first_serial, c.last_serial, '[]') && span
      join document d on d.county_id = c.county_id and d.document_id = c.document_id
      where c.document_id <> ${check.documentId}
    union all
    select 'FROZEN', f.first_serial, f.last_serial, f.reason
      from wanted join card_freeze f on f.county_id = ${check.countyId} and int8range(f.first_serial, f.last_serial, '[]') && span
      where ${check.refusesFrozen}
    union all
    select 'REJ', r.first_serial, r.last_serial, r.reason
      from wanted join rejected_range r on r.county_id = ${check.countyId} and int8range(r.first_serial, r.last_serial, '[]') && span
    union all
    select 'EXPIRED', r.first_serial, r.last_serial, r.expires_on::text
      from wanted join card_range r on r.county_id = ${check.countyId} and int8range(r.first_serial, r.last_serial, '[]') && span
      where ${check.refusesExpired} and r.expires_on < (now() at time zone 'Asia/Shanghai')::date`.execute(tx)
  return rows
}
