// Plays the journal of every county again, card by card, and names each movement that does not fit what came before,
// what the cards are now, its batch, its document or its recharge.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { type CardMap, createCardMap, type Stretch } from './card-map.ts'
import type { LedgerDifference } from './ledger-audit.ts'
import { quantityOf, type SerialRange, subtractRanges, totalQuantity } from './range.ts'

interface Moved extends SerialRange {
  movementId: number
  /** Milliseconds. */
  at: number
  /** State and holder as one text; null where a life begins. */
  origin: string | null
  target: string
}

interface Placed {
  place: string
  movementId: number
  at: number
}

const pageRows = 20_000
/** Most differences of one county; more would say nothing new. */
const mostNamed = 200
/** A movement may bear the time of an operation that waited for the one before it. */
const leewayMs = 60_000

/** Replays one county; empty when every card went from hand to hand and is where the last movement left it. */
export async function replayJournal(tx: Tx, countyId: number): Promise<LedgerDifference[]> {
  const named: LedgerDifference[] = []
  const name = (check: string, about: string) => {
    if (named.length < mostNamed) named.push({ countyId, check, about })
  }
  const board = createCardMap<Placed>()
  for (let after = 0; ; ) {
    const page = await movementsAfter(tx, countyId, after)
    for (const moved of page) playOne(board, moved, about => name('chain of movements', about))
    const last = page.at(-1)
    if (!last || page.length < pageRows) break
    after = last.movementId
  }
  await compareWithCards(tx, countyId, board, about => name('journal and cards', about))
  return named
}

async function movementsAfter(tx: Tx, countyId: number, after: number): Promise<Moved[]> {
  const { rows } = await sql<Moved>`
    select movement_id, (extract(epoch from at) * 1000)::float8 as at, first_serial, last_serial,
      from_state || ' of ' || from_holder_id as origin, to_state || ' of ' || to_holder_id as target
    from movement where county_id = ${countyId} and movement_id > ${after}
    order by movement_id limit ${pageRows}`.execute(tx)
  return rows
}

function playOne(board: CardMap<Placed>, moved: Moved, name: (about: string) => void): void {
  const { movementId, at, origin, target } = moved
  const before = board.replace(moved, { place: target, movementId, at })
  const words = `movement ${movementId} (${spell(moved)})`
  if (origin === null) {
    for (const old of before) name(`${words} brings in cards that movement ${old.value.movementId} already moved`)
    return
  }
  for (const gap of gapsIn(moved, before)) name(`${words} takes ${spell(gap)}, which no movement brought in`)
  for (const { value, ...range } of before) {
    if (value.place !== origin) {
      name(
        `${words} takes ${spell(range)} from ${origin}, but movement ${value.movementId} left them at ${value.place}`,
      )
    }
    if (value.at > at + leewayMs) name(`${words} is dated before movement ${value.movementId}, which it follows`)
  }
}

/** A range without what is there already; nearly always nothing, and then told by the count alone. */
function gapsIn(range: SerialRange, there: readonly SerialRange[]): SerialRange[] {
  return totalQuantity(there) === quantityOf(range) ? [] : subtractRanges([range], there)
}

/** Every card is where its last movement left it. */
async function compareWithCards(
  tx: Tx,
  countyId: number,
  board: CardMap<Placed>,
  name: (about: string) => void,
): Promise<void> {
  const { rows: ranges } = await sql<SerialRange & { place: string }>`
    select first_serial, last_serial, state || ' of ' || holder_id as place
    from card_range where county_id = ${countyId} order by first_serial`.execute(tx)
  const uses = await sql<{ serial: number; place: string }>`
    select u.serial, 'used of ' || h.holder_id as place
    from card_use u join holder h on h.county_id = u.county_id and h.kind = 'account'
    where u.county_id = ${countyId} and u.stamped_at is not null
      and not exists (select from use_carry c where c.county_id = u.county_id and c.recharge_id = u.recharge_id)`.execute(
    tx,
  )
  const used = new Map(uses.rows.map(use => [use.serial, use.place]))
  for (const range of ranges) {
    const played = board.read(range)
    for (const gap of gapsIn(range, played)) name(`no movement brought in ${spell(gap)}`)
    for (const stretch of played) compareStretch(stretch, range.place, used, name)
  }
  for (const stray of strays(board.all(), ranges)) {
    name(`movement ${stray.value.movementId} moved ${spell(stray)}, which are no cards`)
  }
}

function compareStretch(
  stretch: Stretch<Placed>,
  place: string,
  used: ReadonlyMap<number, string>,
  name: (about: string) => void,
): void {
  const { firstSerial, lastSerial, value } = stretch
  // A range keeps what the card was when it was used, so single cards differ from it by their use alone.
  if (value.place === place && used.size === 0) return
  for (let serial = firstSerial; serial <= lastSerial; serial += 1) {
    const is = used.get(serial) ?? place
    if (is !== value.place) {
      name(`movement ${value.movementId} left ${spell(stretch)} at ${value.place}, but ${serial} is ${is}`)
      return
    }
  }
}

/** Stretches with cards that lie in no range; both lists are in order. */
function strays(stretches: readonly Stretch<Placed>[], ranges: readonly SerialRange[]): Stretch<Placed>[] {
  let place = 0
  return stretches.filter(stretch => {
    let next = stretch.firstSerial
    while ((ranges[place]?.lastSerial ?? Number.POSITIVE_INFINITY) < next) place += 1
    for (let at = place; next <= stretch.lastSerial; at += 1) {
      const range = ranges[at]
      if (!range || range.firstSerial > next) return true
      next = range.lastSerial + 1
    }
    return false
  })
}

function spell({ firstSerial, lastSerial }: SerialRange): string {
  return firstSerial === lastSerial ? String(firstSerial) : `${firstSerial} to ${lastSerial}`
}
