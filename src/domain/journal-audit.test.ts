// The audit can fail: any part of one movement changed in the database makes it name that movement.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../test/support/card-steps.ts'
import type { MadeBatch } from '../../test/support/maker.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { createCardMap } from './card-map.ts'
import { auditLedger } from './ledger-audit.ts'
import { carryUses, rechargeNow, succeedRecharge } from './recharge.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  await draw(world, 'station1', batch, { from: 0, quantity: 60 })
  for (const [first, last] of [
    [0, 9],
    [10, 19],
  ] as const) {
    await world.as('station1').sellerPurchase.execute({
      sellerId: world.places.sellers[0],
      ranges: [{ firstSerial: batch.serial(first), lastSerial: batch.serial(last) }],
      payment: { method: 'cash', amountFen: 50_000 },
      jointCheck: { confirmed: 'paper' },
    })
  }
  const [serial, pin] = [batch.serial(3), world.services.pins.draw(batch.stored(3), 12)]
  const card = { serial, pin, accountNo: '4101000001', channel: 'voice' as const, caller: null, callId: null }
  const { rechargeId } = await world.as('hotline').recharge.accept(card, { key: '1' })
  await world.inTransaction(async tx => {
    const posted = { transactionSerial: '', misRef: 'x', settleDate: '2026-01-01', postedAt: '', notices: [] }
    await succeedRecharge(tx, await rechargeNow(tx, 1, rechargeId), posted)
  })
  await world.inTransaction(tx => carryUses(tx, 10))
})
afterAll(() => world.close())

interface Row {
  movementId: number
  kind: string
  firstSerial: number
}
const movements = async () =>
  (await sql<Row>`select movement_id, kind, first_serial from movement order by movement_id`.execute(world.db)).rows

/** Runs the audit with a movement changed behind the triggers' back, and puts it back. */
async function auditWith(change: string): Promise<string> {
  await sql`create table kept as select * from movement`.execute(world.db)
  await sql`alter table movement disable trigger user`.execute(world.db)
  await sql.raw(change).execute(world.db)
  const { differences } = await auditLedger(world.db)
  await sql`delete from movement`.execute(world.db)
  const columns = sql.raw(
    'county_id, movement_id, at, kind, document_id, recharge_id, operator_id, batch_id, face_value_fen, first_serial, last_serial, from_state, from_holder_id, to_state, to_holder_id',
  )
  await sql`insert into movement (${columns}) overriding system value select ${columns} from kept`.execute(world.db)
  await sql`alter table movement enable trigger user`.execute(world.db)
  await sql`drop table kept`.execute(world.db)
  return differences.map(({ check, about }) => `${check}: ${about}`).join('\n')
}

test('an untouched journal has nothing to say', async () => {
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('whatever is changed of a movement, the audit names it', async () => {
  const rows = await movements()
  expect(rows.map(row => row.kind)).toEqual(['stockIn', 'draw', 'accept', 'purchase', 'purchase', 'sale', 'recharge'])
  for (const { movementId, kind } of rows) {
    const single = kind === 'recharge' || kind === 'sale'
    const changes = single
      ? ['first_serial = first_serial + 1, last_serial = last_serial + 1']
      : ['first_serial = first_serial + 1', 'last_serial = last_serial - 1']
    changes.push('face_value_fen = 10000')
    const other = kind === 'purchase' ? world.places.sellers[1] : world.places.stations[1]
    changes.push(`to_holder_id = ${other}`)
    changes.push(single ? "at = at + interval '1 second'" : "at = at + interval '1 hour'")
    for (const change of changes) {
      const said = await auditWith(`update movement set ${change} where movement_id = ${movementId}`)
      expect(said, `${kind}: ${change}`).toMatch(new RegExp(`\\b${movementId}\\b`))
    }
    const deleted = await auditWith(`delete from movement where movement_id = ${movementId}`)
    expect(deleted, `${kind} deleted`).not.toBe('')
  }
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test('a map of cards cuts, replaces and reads over the edges of its buckets', () => {
  const map = createCardMap<string>()
  expect(map.replace({ firstSerial: 4_000, lastSerial: 8_300 }, 'a')).toEqual([])
  const before = map.replace({ firstSerial: 4_095, lastSerial: 4_096 }, 'b')
  expect(before.map(({ firstSerial, lastSerial, value }) => [firstSerial, lastSerial, value])).toEqual([
    [4_095, 4_095, 'a'],
    [4_096, 4_096, 'a'],
  ])
  const all = map.all().map(({ firstSerial, lastSerial, value }) => `${firstSerial}-${lastSerial} ${value}`)
  expect(all).toEqual(['4000-4094 a', '4095-4095 b', '4096-4096 b', '4097-8191 a', '8192-8300 a'])
  expect(map.read({ firstSerial: 4_096, lastSerial: 4_100 }).map(({ value }) => value)).toEqual(['b', 'a'])
  expect(map.read({ firstSerial: 1, lastSerial: 3_999 })).toEqual([])
})
