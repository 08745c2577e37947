// The invented counties in the database: places and people written once, read back as what a history is written from.

import { createCounty, createOperator, createPlace } from '../../domain/county.ts'
import { assignCounty, createRegion } from '../../domain/region.ts'
import type { Database, Tx } from '../../kernel/db.ts'
import { makeSeedData } from '../../mis/simulator/seed-data.ts'
import { plainDate } from './calendar.ts'
import { type DemoCounty, demoCounties, demoPeople, demoRegion } from './facts.ts'
import type { Person } from './ledger.ts'
import type { CountyFacts, Customer, OutletPlace, Station } from './setting.ts'
import { volumeOf } from './volume.ts'

/** Of the reference billing system's data. */
const billingSeed = 1

/** One transaction: a county is there with all of its people, or not at all. */
export async function placesAndPeople(db: Database, county: DemoCounty, passwordHash: string): Promise<void> {
  const { countyId, code, name, nameEn, hotlineNumber } = county
  await db.transaction().execute(async tx => {
    const there = await tx.selectFrom('county').select('countyId').where('countyId', '=', countyId).executeTakeFirst()
    if (there) return
    await createCounty(tx, { countyId, code, name, nameEn, hotlineNumber })
    const places = await writePlaces(tx, county)
    for (const [at, { suffix, name: person, role, place }] of demoPeople(county).entries()) {
      const staffNo = `${county.letters.toUpperCase()}${String(at + 1).padStart(3, '0')}`
      const holderId = place === undefined ? null : (places.get(place) ?? null)
      const signInName = `${county.letters}.${suffix}`
      await createOperator(tx, { countyId, signInName, staffNo, name: person, role, holderId, passwordHash })
    }
  })
}

/** The city that both counties lie under, and whoever looks over it. */
export async function viewerOf(db: Database, passwordHash: string): Promise<void> {
  const { viewer, ...region } = demoRegion
  await db.transaction().execute(async tx => {
    const there = await tx.selectFrom('region').select('regionId').where('code', '=', region.code).executeTakeFirst()
    if (there) return
    const regionId = await createRegion(tx, region)
    for (const { countyId } of demoCounties) await assignCounty(tx, countyId, regionId)
    await createOperator(tx, { countyId: 0, role: 'regionViewer', holderId: null, regionId, passwordHash, ...viewer })
  })
}

/** The holders of stations and sellers by their codes. */
async function writePlaces(tx: Tx, { countyId, stations, sellers }: DemoCounty): Promise<Map<string, number>> {
  const places = new Map<string, number>()
  for (const station of stations) {
    places.set(station.code, await createPlace(tx, { countyId, kind: 'station', parentId: null, ...station }))
  }
  for (const { station, hall, ...seller } of sellers) {
    const parentId = places.get(station) ?? null
    places.set(seller.code, await createPlace(tx, { countyId, kind: hall ? 'hall' : 'seller', parentId, ...seller }))
  }
  return places
}

/** A county as its history needs it. */
export async function factsOf(
  db: Database,
  county: DemoCounty,
  manufacturerId: number,
  nowMs: number,
): Promise<CountyFacts> {
  const { countyId, code, hotlineNumber, letters, share } = county
  const holders = await db.selectFrom('holder').selectAll().where('countyId', '=', countyId).execute()
  const operators = await db.selectFrom('operator').selectAll().where('countyId', '=', countyId).execute()
  const holder = (place: string) => found(holders.find(one => one.code === place)).holderId
  const person = (suffix: string): Person => found(operators.find(one => one.signInName === `${letters}.${suffix}`))
  const stations = county.stations.map((station, place): Station => {
    return { holderId: holder(station.code), name: station.name, person: person(`station${place + 1}`) }
  })
  const outlets = county.sellers.map((seller): OutletPlace => {
    const holderId = holder(seller.code)
    const portal = operators.find(one => one.holderId === holderId) ?? null
    const station = county.stations.findIndex(one => one.code === seller.station)
    return { holderId, name: seller.name, kind: seller.hall ? 'hall' : 'seller', station, portal }
  })
  return {
    ...{ countyId, code, hotlineNumber, stations, outlets, manufacturerId },
    holders: {
      county: holder('county'),
      customer: holder('customer'),
      account: holder('account'),
      custody: holder('custody'),
    },
    card: person('card'),
    finance: person('finance'),
    finance2: person('finance2'),
    customers: customersOf(countyId, nowMs),
    volume: volumeOf(share),
    seed: 20_260_000 + countyId,
  }
}

/** Accounts that take any card, each county its own; the special ones of demonstrations and tests stay without history. */
function customersOf(countyId: number, nowMs: number): Customer[] {
  const { accounts } = makeSeedData(billingSeed, plainDate(nowMs))
  const willing = accounts.filter(
    one => one.special_no === null && one.status === 'N' && one.partial_ok && one.prepay_ok && !one.disconnected,
  )
  return willing
    .filter((_, place) => (place % 8 === 7) === (countyId === 2))
    .map(({ account_no, name }) => ({ accountNo: account_no, name }))
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('the demonstration has its places and people')
  return one
}
