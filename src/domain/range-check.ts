// One check of ranges for every document: which cards exist, who holds them, and every reason they cannot move.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { livingStates, type RangeState } from './card.ts'
import { commonRanges, joinRanges, quantityOf, type SerialRange, sharedRanges, subtractRanges } from './range.ts'
import { printSerial } from './serial.ts'

export interface HeldRange extends SerialRange {
  countyId: number
  batchId: number
  faceValueFen: number
  state: RangeState
  holderId: number
  transitDocumentId: number | null
  expiresOn: string
}

/**
 * Fault codes of range entry: absent, rejected, twice, in another document, another's, wrong state, frozen, expired,
 * too near its expiry, in transit, used or held.
 */
export type FaultCode =
  | 'GAP'
  | 'REJ'
  | 'DUP'
  | 'BUSY'
  | 'HOLD'
  | 'STATE'
  | 'FROZEN'
  | 'EXPIRED'
  | 'EXPIRING'
  | 'TRANSIT'
  | 'USED'

export interface RangeFault extends SerialRange {
  code: FaultCode
  /** The holder, document, reason or date that is in the way. */
  about: string
}

/** The ranges of cards that touch what is wanted, locked against other moves; a query only looks. */
export async function heldRanges(
  tx: Tx,
  countyId: number,
  wanted: readonly SerialRange[],
  lock = true,
): Promise<HeldRange[]> {
  const { rows } = await sql<HeldRange>`
    select distinct r.county_id, r.first_serial, r.last_serial, r.batch_id, r.face_value_fen, r.state, r.holder_id,
      r.transit_document_id, r.expires_on
    from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l)
    cross join lateral (
      select * from card_range r where r.county_id = ${countyId}
        and int8range(r.first_serial, r.last_serial, '[]') && int8range(w.f, w.l, '[]') ${lock ? sql`for update` : sql``}) r
    order by r.first_serial`.execute(tx)
  return rows
}

/** The parts of wanted ranges by their face values. */
export function facedRanges(
  held: readonly HeldRange[],
  wanted: readonly SerialRange[],
): (SerialRange & { faceValueFen: number })[] {
  const joined = joinRanges(wanted)
  return held.flatMap(({ faceValueFen, ...row }) =>
    commonRanges(row, joined).map(range => ({ ...range, faceValueFen })),
  )
}

export interface CheckSettings {
  countyId: number
  ranges: readonly SerialRange[]
  held: readonly HeldRange[]
  states: readonly RangeState[]
  /** Whose cards they must be: one holder's, or any of several; null where it does not matter. */
  holderId: number | readonly number[] | null
  /** Claims of this document are its own; every other one is in the way. */
  documentId: number
  /** The document under which all of the cards are in transit; else none of them may be. */
  leaves?: number | undefined
  refusesExpired: boolean
  refusesFrozen: boolean
  /** Cards that expire before this day are too old to be sold. */
  goodUntil?: string | undefined
  /** What is no fault here; HELD: held by a recharge, but not used. */
  allows?: readonly (FaultCode | 'HELD')[] | undefined
}

/** Most rows of one kind of hindrance that are looked at; more are not needed to refuse. */
const mostHindrances = 1_000

/** Every fault at once, in serial order; an empty list means that the ranges may move. */
export async function findFaults(tx: Tx, check: CheckSettings): Promise<RangeFault[]> {
  const wanted = joinRanges(check.ranges)
  const faults: RangeFault[] = []
  for (const shared of sharedRanges(check.ranges)) faults.push({ ...shared, code: 'DUP', about: '' })
  const hindered = await hindrances(tx, check, wanted)
  const rejected = hindered.filter(fault => fault.code === 'REJ')
  for (const gap of subtractRanges(wanted, [...check.held, ...rejected]))
    faults.push({ ...gap, code: 'GAP', about: '' })
  const names = await namesInTheWay(tx, check)
  for (const row of check.held) {
    const fault = faultOf(row, check, names)
    if (fault) for (const piece of commonRanges(row, wanted)) faults.push({ ...piece, ...fault })
  }
  for (const { code, about, ...range } of hindered) {
    for (const piece of commonRanges(range, wanted)) faults.push({ ...piece, code, about })
  }
  const { allows = [] } = check
  return faults
    .filter(fault => !allows.includes(isHeld(fault) ? 'HELD' : fault.code))
    .sort((a, b) => a.firstSerial - b.firstSerial)
}

/** Whether the card is only held by a recharge that is not settled. */
export function isHeld(fault: RangeFault): boolean {
  return fault.code === 'USED' && fault.about === 'held'
}

interface NamesInTheWay {
  holders: ReadonlyMap<number, string>
  documents: ReadonlyMap<number, string>
}

function faultOf(
  row: HeldRange,
  check: CheckSettings,
  names: NamesInTheWay,
): { code: FaultCode; about: string } | null {
  const holder = names.holders.get(row.holderId) ?? ''
  if (row.transitDocumentId !== (check.leaves ?? null) && !check.allows?.includes('TRANSIT')) {
    return { code: 'TRANSIT', about: names.documents.get(row.transitDocumentId ?? 0) ?? '' }
  }
  if (!check.states.includes(row.state)) return { code: 'STATE', about: `${row.state} ${holder}` }
  if (!isOf(check, row)) return { code: 'HOLD', about: `${row.state} ${holder}` }
  return null
}

const isOf = ({ holderId }: CheckSettings, row: HeldRange) =>
  holderId === null || (typeof holderId === 'number' ? row.holderId === holderId : holderId.includes(row.holderId))

/** Names of the holders and documents that a fault would mention; asked for only when something is wrong. */
async function namesInTheWay(tx: Tx, check: CheckSettings): Promise<NamesInTheWay> {
  const wrong = check.held.filter(
    row => row.transitDocumentId !== null || !isOf(check, row) || !check.states.includes(row.state),
  )
  if (wrong.length === 0) return { holders: new Map(), documents: new Map() }
  const { rows } = await sql<{ kind: string; id: number; name: string }>`
    select 'holder' as kind, holder_id as id, name from holder
      where county_id = ${check.countyId} and holder_id = any(${wrong.map(row => row.holderId)}::int[])
    union all select 'document', document_id, coalesce(document_no, kind) from document
      where county_id = ${check.countyId} and document_id = any(${wrong.map(row => row.transitDocumentId)}::int[])`.execute(
    tx,
  )
  const named = (kind: string) => new Map(rows.filter(row => row.kind === kind).map(row => [row.id, row.name]))
  return { holders: named('holder'), documents: named('document') }
}

async function hindrances(tx: Tx, check: CheckSettings, wanted: readonly SerialRange[]): Promise<RangeFault[]> {
  const today = sql`(now() at time zone 'Asia/Shanghai')::date`
  const { rows } = await sql<RangeFault>`
    with wanted as (
      select f, l, int8range(f, l, '[]') as span
      from unnest(${wanted.map(w => w.firstSerial)}::bigint[], ${wanted.map(w => w.lastSerial)}::bigint[]) w(f, l))
    (select 'USED' as code, min(u.serial) as first_serial, max(u.serial) as last_serial, u.about
      from (select u.serial, case when u.stamped_at is null then 'held' else 'used' end as about,
          u.serial - row_number() over (partition by u.stamped_at is null order by u.serial) as island
        from wanted join card_use u on u.county_id = ${check.countyId} and u.serial between f and l) u
      group by u.island, u.about order by 2 limit ${mostHindrances})
    union all
    (select 'BUSY', c.first_serial, c.last_serial, coalesce(d.document_no, d.kind)
      from wanted join claim c on c.county_id = ${check.countyId} and int8range(c.first_serial, c.last_serial, '[]') && span
      join document d on d.county_id = c.county_id and d.document_id = c.document_id
      where c.document_id <> ${check.documentId} limit ${mostHindrances})
    union all
    (select 'FROZEN', f.first_serial, f.last_serial, f.reason
      from wanted join card_freeze f on f.county_id = ${check.countyId} and int8range(f.first_serial, f.last_serial, '[]') && span
      where ${check.refusesFrozen} limit ${mostHindrances})
    union all
    (select 'REJ', r.first_serial, r.last_serial, r.reason
      from wanted join rejected_range r on r.county_id = ${check.countyId} and int8range(r.first_serial, r.last_serial, '[]') && span
      limit ${mostHindrances})
    union all
    (select case when r.expires_on < ${today} then 'EXPIRED' else 'EXPIRING' end, r.first_serial, r.last_serial, r.expires_on::text
      from wanted join card_range r on r.county_id = ${check.countyId} and int8range(r.first_serial, r.last_serial, '[]') && span
      where ${check.refusesExpired} and r.expires_on < greatest(${today}, ${check.goodUntil ?? null}::date)
      limit ${mostHindrances})`.execute(tx)
  return rows
}

/** Most faults named in one refusal. */
export const mostNamed = 200

/** `HOLD 001300000120-001200000121 2 station 城关供电所`: code, printed range, quantity, what is in the way. */
export function faultText(fault: RangeFault): string {
  const range = `${printSerial(fault.firstSerial)}-${printSerial(fault.lastSerial)}`
  return `${fault.code} ${range} ${quantityOf(fault)} ${fault.about}`.trimEnd()
}

/** Codes of refusals by code of fault, where a document has words of its own. */
export type FaultWords = Partial<Record<FaultCode, string>>

/** The words of a service on cards (卡片服务): what is used or void, and what a recharge holds. */
function serviceWords(faults: readonly RangeFault[]): FaultWords {
  const isOver = faults.every(fault => fault.code !== 'STATE' || fault.about.startsWith('void'))
  const onlyHeld = faults.every(fault => fault.code !== 'USED' || isHeld(fault))
  return { ...(isOver ? { STATE: 'KF01' } : {}), USED: onlyHeld ? 'KF04' : 'KF01' }
}

const commonWords: FaultWords = { BUSY: 'C07', FROZEN: 'C08', EXPIRED: 'C09' }

/**
 * Refuses with every fault. Where all are of one kind that has words, with those; else `rangesNotMovable`.
 * Does nothing when there is none.
 */
export function refuseFaults(faults: readonly RangeFault[], words: FaultWords = {}): void {
  const first = faults[0]
  if (!first) return
  const all = { ...commonWords, ...words }
  const codes = new Set(faults.map(fault => all[fault.code] ?? 'rangesNotMovable'))
  const [code = 'rangesNotMovable'] = codes
  refuse(codes.size === 1 ? code : 'rangesNotMovable', {
    faults: faults.slice(0, mostNamed).map(faultText),
    quantity: faults.reduce((sum, fault) => sum + quantityOf(fault), 0),
    serial: printSerial(first.firstSerial),
    about: first.about,
  })
}

/** The ranges that living cards of a service lie in, locked; refuses with every fault that is not allowed. */
export async function requireLiving(
  tx: Tx,
  check: Pick<CheckSettings, 'countyId' | 'ranges' | 'documentId' | 'allows'> & Partial<CheckSettings>,
): Promise<HeldRange[]> {
  const held = await heldRanges(tx, check.countyId, joinRanges(check.ranges))
  const anybody = { states: livingStates, holderId: null, refusesExpired: false, refusesFrozen: false }
  const faults = await findFaults(tx, { ...anybody, held, ...check })
  refuseFaults(faults, serviceWords(faults))
  return held
}
