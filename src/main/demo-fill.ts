// Fills the demonstration once, through the same operations people use, so that every card has its true history.

import { sql } from 'kysely'
import { createCounty, createOperator, createPlace } from '../domain/county.ts'
import { readSerial } from '../domain/serial.ts'
import { type Client, createClient } from '../kernel/client.ts'
import type { Actor } from '../kernel/operation.ts'
import { hashPassword } from '../kernel/session.ts'
import type { AppRegistry } from '../registry.ts'
import { makeBatch } from './demo-batch.ts'
import { type DemoCounty, demoCounties, demoPassword, demoPeople } from './demo-facts.ts'
import type { Node } from './node.ts'
import type { Platform } from './platform.ts'

export type People = Readonly<Record<string, Client<AppRegistry>>>

export async function isFilled({ db }: Platform): Promise<boolean> {
  const filled = await db.selectFrom('installation').select('value').where('name', '=', 'filled').executeTakeFirst()
  return filled?.value === 'yes'
}

/** Fills what is not there yet; a fill that was cut off goes on county by county. */
export async function fillDemonstration(platform: Platform, node: Node): Promise<void> {
  const { db } = platform
  const passwordHash = await hashPassword(demoPassword)
  for (const county of demoCounties) {
    await placesAndPeople(platform, county, passwordHash)
    await cardsOnTheirWay(platform, node, county)
  }
  await db
    .insertInto('installation')
    .values({ name: 'filled', value: 'yes' })
    .onConflict(conflict => conflict.column('name').doUpdateSet({ value: 'yes' }))
    .execute()
}

/** One transaction: a county is there with all of its people, or not at all. */
async function placesAndPeople({ db }: Platform, county: DemoCounty, passwordHash: string): Promise<void> {
  const { countyId, code, name, nameEn, hotlineNumber } = county
  await db.transaction().execute(async tx => {
    const there = await tx.selectFrom('county').select('countyId').where('countyId', '=', countyId).executeTakeFirst()
    if (there) return
    await createCounty(tx, { countyId, code, name, nameEn, hotlineNumber })
    const stations = new Map<string, number>()
    for (const station of county.stations) {
      stations.set(station.code, await createPlace(tx, { countyId, kind: 'station', parentId: null, ...station }))
    }
    for (const { station, hall, ...seller } of county.sellers) {
      const parentId = stations.get(station) ?? null
      await createPlace(tx, { countyId, kind: hall ? 'hall' : 'seller', parentId, ...seller })
    }
    for (const [place, { suffix, name: person, role, station }] of demoPeople(county).entries()) {
      const staffNo = `${county.letters.toUpperCase()}${String(place + 1).padStart(3, '0')}`
      const holderId = station === undefined ? null : (stations.get(station) ?? null)
      const signInName = `${county.letters}.${suffix}`
      await createOperator(tx, { countyId, signInName, staffNo, name: person, role, holderId, passwordHash })
    }
  })
}

/** A client for each sign-in of the county, by the part of its name after the dot. */
async function peopleOf({ db }: Platform, node: Node, county: DemoCounty): Promise<People> {
  const rows = await db.selectFrom('operator').selectAll().where('countyId', '=', county.countyId).execute()
  return Object.fromEntries(
    rows.map(row => {
      const { countyId, operatorId, role, holderId, staffNo, name } = row
      const actor: Actor = { countyId, operatorId, role, holderId, staffNo, name, sessionHash: null }
      const client = createClient<AppRegistry>((operation, input) => node.execute({ name: operation, input, actor }))
      return [row.signInName.split('.')[1] ?? '', client]
    }),
  )
}

const faceValues = [
  { faceValueFen: 5_000, quantity: 2_000 },
  { faceValueFen: 10_000, quantity: 2_000 },
  { faceValueFen: 20_000, quantity: 1_000 },
  { faceValueFen: 50_000, quantity: 500 },
]

async function cardsOnTheirWay(platform: Platform, node: Node, county: DemoCounty): Promise<void> {
  const done = await platform.db
    .selectFrom('cardRange')
    .select('firstSerial')
    .where('countyId', '=', county.countyId)
    .limit(1)
    .executeTakeFirst()
  if (done) return
  const people = await peopleOf(platform, node, county)
  const [first] = county.stations
  if (!first) throw new Error('a demonstration county has a station')
  const { countyId } = county
  for (const [place, wanted] of (countyId === 1 ? faceValues : faceValues.slice(0, 1)).entries()) {
    const batch = await makeBatch(platform, node, countyId, people, wanted)
    await drawAndSell(platform, county, people, batch, wanted)
    if (place === 0 && countyId === 1) await recharges(node, countyId, batch)
  }
  await conditions(platform, countyId)
}

/** A fifth of a batch goes to the first station, and half of that to its sellers; a second station draws too. */
async function drawAndSell(
  platform: Platform,
  county: DemoCounty,
  people: People,
  batch: { print: (place: number) => string },
  { faceValueFen, quantity }: { faceValueFen: number; quantity: number },
): Promise<void> {
  const fifth = quantity / 5
  for (const [place, station] of county.stations.slice(0, 2).entries()) {
    const range = { firstSerial: batch.print(place * fifth), lastSerial: batch.print((place + 1) * fifth - 1) }
    await draw(people, `station${place + 1}`, { faceValueFen, quantity: fifth }, range)
    const sellers = county.sellers.filter(seller => seller.station === station.code)
    for (const [rank, seller] of sellers.entries()) {
      const share = fifth / 10
      const from = place * fifth + rank * share
      const holder = await platform.db
        .selectFrom('holder')
        .select('holderId')
        .where('countyId', '=', county.countyId)
        .where('code', '=', seller.code)
        .executeTakeFirstOrThrow()
      await actor(people, `station${place + 1}`).sellerPurchase.execute({
        sellerId: holder.holderId,
        ranges: [{ firstSerial: batch.print(from), lastSerial: batch.print(from + share - 1) }],
        payment: { method: 'cash', amountFen: share * faceValueFen },
        jointCheck: { confirmed: 'paper' },
      })
    }
  }
}

function actor(people: People, name: string): Client<AppRegistry> {
  const client = people[name]
  if (!client) throw new Error(`the demonstration has a ${name}`)
  return client
}

async function draw(
  people: People,
  station: string,
  line: { faceValueFen: number; quantity: number },
  range: { firstSerial: string; lastSerial: string },
): Promise<void> {
  const receiver = { name: '领卡员', staffNo: 'L001' }
  const stationDraw = actor(people, station).stationDraw
  const application = await stationDraw.create({ lines: [line], receiver })
  const submitted = await stationDraw.submit({ documentId: application.documentId })
  await actor(people, 'card').stationDraw.approve({ documentId: submitted.documentId, version: submitted.version })
  const finance = actor(people, 'finance').stationDraw
  const { documentId } = await finance.prepare({ documentId: application.documentId })
  await finance.scan({ documentId, ranges: [range] })
  await finance.confirmCheck({ documentId, staffNo: receiver.staffNo })
  await finance.issue({ documentId })
  await stationDraw.accept({ documentId })
}

const recharged = [
  { place: 30, accountNo: '4101000001' },
  { place: 31, accountNo: '4101000002' },
  { place: 32, accountNo: '4101000000012' },
]

/** A few real recharges, posted to the billing system like any caller's. */
async function recharges(node: Node, countyId: number, batch: { print: (place: number) => string }): Promise<void> {
  const hotline = node.api('hotline', countyId)
  for (const { place, accountNo } of recharged) {
    const serial = batch.print(place)
    const pin = node.services.pins.draw(readSerial(serial)?.stored ?? 0, 12)
    const input = { serial, pin, accountNo, channel: 'voice' as const, caller: '13800001234', callId: null }
    const { transactionSerial, leaseToken } = await hotline.recharge.accept(input, { key: `demonstration ${place}` })
    await hotline.recharge.post({ transactionSerial, leaseToken, budgetMs: 10_000 })
  }
}

/** A few cards in each condition, to try what the hotline says: frozen, locked, expired. */
async function conditions({ db }: Platform, countyId: number): Promise<void> {
  const seller = sql`(
    select * from card_range where county_id = ${countyId} and state = 'seller' order by face_value_fen desc, first_serial limit 1) r`
  await sql`
    insert into card_freeze (county_id, document_id, first_serial, last_serial, reason)
    select county_id, batch_id, last_serial - 2, last_serial, '挂失' from ${seller}`.execute(db)
  await sql`
    insert into card_try (county_id, serial, wrong_count, locked_at)
    select county_id, s.serial, 5, now() from ${seller} cross join lateral generate_series(last_serial - 4, last_serial - 3) s(serial)`.execute(
    db,
  )
  await expireLast(db, countyId)
}

/** The last three cards of a seller are made to have expired in January. */
function expireLast(db: Platform['db'], countyId: number): Promise<void> {
  return db.transaction().execute(async tx => {
    const last = await tx
      .selectFrom('cardRange')
      .selectAll()
      .where('countyId', '=', countyId)
      .where('state', '=', 'seller')
      .orderBy('faceValueFen', 'desc')
      .orderBy('firstSerial', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    const { firstSerial, lastSerial } = last
    await tx
      .updateTable('cardRange')
      .set({ lastSerial: lastSerial - 3 })
      .where('countyId', '=', countyId)
      .where('firstSerial', '=', firstSerial)
      .execute()
    await tx
      .insertInto('cardRange')
      .values({ ...last, firstSerial: lastSerial - 2, expiresOn: '2026-01-31' })
      .execute()
  })
}
