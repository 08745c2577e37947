// What is still to do, made through the same operations people use: each piece once, also after a fill that was cut off.

import { sql } from 'kysely'
import { quantityOf } from '../../domain/range.ts'
import { printSerial } from '../../domain/serial.ts'
import { faultyBatch, type OpenWork, readyBatch } from './open-batches.ts'
import { nth } from './setting.ts'
import { receiverOf } from './trade.ts'

const pieces: readonly ((work: OpenWork) => Promise<void>)[] = [
  readyBatch,
  faultyBatch,
  applications,
  voids,
  returning,
  stocktake,
]

export async function openWork(work: OpenWork): Promise<void> {
  const { db, facts } = work
  const name = `demonstration ${facts.countyId} open`
  const done = await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
  for (const [place, piece] of pieces.entries()) {
    if (place < Number(done?.value ?? 0)) continue
    await piece(work)
    const value = String(place + 1)
    await db
      .insertInto('installation')
      .values({ name, value })
      .onConflict(conflict => conflict.column('name').doUpdateSet({ value }))
      .execute()
  }
}

/** An application that waits for approval leaves too little for the next, which is still a draft. */
async function applications({ people, facts }: OpenWork): Promise<void> {
  const { drawStep, faces } = facts.volume
  const faceValueFen = faces[0]?.faceValueFen ?? 0
  const apply = async (place: number, quantity: number) =>
    people.as(`station${place + 1}`).stationDraw.create({
      lines: [{ faceValueFen, quantity }],
      receiver: receiverOf(place),
      purpose: '节前备货',
    })
  const station = people.as('station2').stationDraw
  const { rows } = await station.available({ faceValuesFen: [faceValueFen] })
  const left = (rows[0]?.available ?? 0) - 3 * drawStep
  const { documentId } = await apply(1, left)
  await station.submit({ documentId })
  await apply(2, 5 * drawStep)
}

/** A void of a station's waits for approval, one of the county's for its execution. */
async function voids(work: OpenWork): Promise<void> {
  const { people, facts } = work
  const soiled = await people.as('station3').cardVoid.create({
    ...{ reason: 'soiled', physical: true, story: '库房漏雨，整盒受潮污损' },
    ranges: [await newest(work, nth(facts.stations, 2).holderId, 8)],
  })
  await people.as('station3').cardVoid.submit({ documentId: soiled.documentId })
  const printed = await people.as('finance2').cardVoid.create({
    ...{ reason: 'printDefect', physical: true, story: '抽检发现卡号印刷模糊' },
    responsible: { name: facts.card.name, staffNo: facts.card.staffNo },
    custody: { location: '县公司废卡柜', keeper: { name: facts.finance.name, staffNo: facts.finance.staffNo } },
    ranges: [await newest(work, facts.holders.county, 5)],
  })
  const { documentId, version } = await people.as('finance2').cardVoid.submit({ documentId: printed.documentId })
  await people.as('card').cardVoid.approve({ documentId, version })
}

/** A station wants to return cards and waits for approval. */
async function returning(work: OpenWork): Promise<void> {
  const place = 3
  const station = work.people.as(`station${place + 1}`).stationReturn
  const ranges = [await newest(work, nth(work.facts.stations, place).holderId, 2 * work.facts.volume.purchaseStep)]
  const { documentId } = await station.create({ ranges, reason: 'slow', sender: receiverOf(place) })
  await station.submit({ documentId })
}

/** A station counted its dearest cards: two places are short, and two cards of another station lay among them. */
async function stocktake({ db, people, facts }: OpenWork): Promise<void> {
  const [own, other] = [nth(facts.stations, 4), nth(facts.stations, 1)]
  const { faceValueFen } = nth(facts.volume.faces, 3)
  const held = (holderId: number) =>
    db
      .selectFrom('cardRange')
      .select(['firstSerial', 'lastSerial'])
      .where('countyId', '=', facts.countyId)
      .where('holderId', '=', holderId)
      .where('faceValueFen', '=', faceValueFen)
      .where('transitDocumentId', 'is', null)
      .orderBy('firstSerial')
      .execute()
  const counting = people.as('station5').stocktake
  const supervisor = { name: own.person.name, staffNo: `${own.person.staffNo}J` }
  const { documentId } = await counting.create({ faceValuesFen: [faceValueFen], method: 'open', supervisor })
  await counting.snapshot({ documentId })
  const seen = (await held(own.holderId)).sort((a, b) => quantityOf(b) - quantityOf(a))
  const [first, strange] = [nth(seen, 0), nth(await held(other.holderId), 0)]
  const print = (from: number, to: number) => ({ firstSerial: printSerial(from), lastSerial: printSerial(to) })
  const ranges = [
    print(first.firstSerial + 2, first.lastSerial - 1),
    ...seen.slice(1).map(range => print(range.firstSerial, range.lastSerial)),
    print(strange.firstSerial, strange.firstSerial + 1),
  ]
  await counting.scan({ documentId, ranges })
  const { version } = await counting.submit({ documentId })
  await people.as('finance').stocktake.review({ documentId, version })
}

/** The newest cards of a place, as printed. */
async function newest({ db, facts }: OpenWork, holderId: number, quantity: number) {
  const { rows } = await sql<{ last: number }>`
    select last_serial as last from card_range where county_id = ${facts.countyId} and holder_id = ${holderId}
      and transit_document_id is null and last_serial - first_serial >= ${quantity} order by first_serial desc limit 1`.execute(
    db,
  )
  const last = rows[0]?.last
  if (last === undefined) throw new Error('a place has cards')
  return { firstSerial: printSerial(last - quantity + 1), lastSerial: printSerial(last) }
}
