// The audit of voids, custody and stocktakes: silent over real work, and each check speaks of what was changed behind the triggers' back.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../test/support/card-steps.ts'
import type { MadeBatch } from '../../test/support/maker.ts'
import { approvedVoid, executedVoid } from '../../test/support/void-steps.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { auditLedger } from './ledger-audit.ts'
import { voidChecks } from './void-checks.ts'

let world: World
let batch: MadeBatch
const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const person = (n: number) => ({ name: `证 ${n}`, staffNo: `W-${n}` })

beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  await draw(world, 'station1', batch, { from: 60, quantity: 20 })
  const on = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(world.now())
  const how = { on, method: '粉碎', witnesses: [person(1), person(2)], supervisor: person(3) }
  await executedVoid(world, 'finance2', [range(0, 9)], 10)
  await executedVoid(world, 'finance2', [range(10, 11)], 2)
  const story = '清点时发现少了这一张卡'
  await executedVoid(world, 'finance2', [range(12)], 1, { reason: 'lost', story, physical: false, custody: null })
  await world.as('finance').custody.destroy({ ranges: [range(3, 4), range(10, 11)], ...how })
  await approvedVoid(world, 'finance2', [range(20, 24)])
  const stocktake = world.as('station1').stocktake
  const begun = await stocktake.snapshot(await stocktake.create({ method: 'open' }))
  await stocktake.scan({ documentId: begun.documentId, ranges: [range(58, 70)] })
  const { documentId, version } = await stocktake.submit({ documentId: begun.documentId })
  await world.as('finance').stocktake.review({ documentId, version })
  const { differences } = await stocktake.get({ documentId })
  const missing = differences.find(row => row.class === 'missing')?.differenceNo ?? 0
  await stocktake.resolve({
    documentId,
    differences: [{ differenceNo: missing, part: range(71, 72) }],
    treatment: 'found',
  })
})
afterAll(() => world.close())

/** What the checks say while a table is changed without its triggers; then it is as it was. */
async function checksWith(change: string): Promise<string[]> {
  const undone = new Error('undone')
  const said: string[] = []
  const tables = ['custody', 'custody_event_range', 'document', 'card_freeze', 'claim', 'stocktake_difference']
  const work = world.inTransaction(async tx => {
    for (const table of tables) await sql`alter table ${sql.table(table)} disable trigger user`.execute(tx)
    await sql.raw(change).execute(tx)
    for (const check of voidChecks) said.push(...(await check.execute(tx)).rows.map(row => row.check))
    throw undone
  })
  await expect(work).rejects.toBe(undone)
  return said
}

test('real work leaves nothing to say', async () => {
  expect((await auditLedger(world.db)).differences).toEqual([])
})

test.each([
  ['void and custody', `delete from custody where destroyed_at is null`],
  [
    'void and custody',
    `update document set body = jsonb_set(body, '{physical}', 'false') where kind = 'ZF' and state = 'voided'`,
  ],
  ['custody and its document', `update custody set first_serial = first_serial + 500, last_serial = last_serial + 500`],
  ['custody and its events', `update custody set destroyed_at = null, destruction = null`],
  ['custody and its events', `delete from custody_event_range`],
  ['custody and batch', `update custody set face_value_fen = 777`],
  ['void and destruction', `update document set state = 'voided' where kind = 'ZF' and state = 'destroyed'`],
  ['void and destruction', `update document set state = 'destroyed' where kind = 'ZF' and state = 'voided'`],
  ['void, claims and freezes', `delete from card_freeze`],
  ['void, claims and freezes', `delete from claim`],
  ['void, claims and freezes', `update document set state = 'rejected' where kind = 'ZF' and state = 'approved'`],
  ['stocktake and scope', `update stocktake_scope set open = false`],
  ['stocktake and scope', `update document set state = 'done' where kind = 'PD'`],
  ['stocktake and differences', `delete from stocktake_difference where class = 'elsewhere'`],
  ['stocktake and differences', `update stocktake_difference set treatment = 'correction' where treatment = 'found'`],
])('%s: %s', async (check, change) => {
  expect(await checksWith(change)).toContain(check)
})
