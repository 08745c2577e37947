// Counts that begin and end while cards move: the snapshot and the journal since make what is so, whatever came first.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { soiled } from '../../../test/support/void-steps.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { auditLedger } from '../../domain/ledger-audit.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 300 })
  await draw(world, 'station1', batch, { from: 0, quantity: 150 })
})
afterAll(() => world.close())

const range = (first: number, last = first) => ({ firstSerial: batch.serial(first), lastSerial: batch.serial(last) })
const sell = (n: number) =>
  world.as('station1').sellerPurchase.execute({
    sellerId: world.places.hall,
    ranges: [range(n, n + 1)],
    payment: { method: 'cash', amountFen: 10_000 },
    jointCheck: { confirmed: 'paper' },
  })

test('sales, deliveries and voids beside snapshots and submissions: expected is what the station has', async () => {
  const stocktake = world.as('station1').stocktake
  for (const round of [0, 1, 2]) {
    const draft = await stocktake.create({ method: 'open' })
    const first = round * 40
    const moves = [
      ...[0, 1, 2, 3, 4].map(n => () => sell(first + n * 4)),
      () => draw(world, 'station1', batch, { from: 200 + round * 20, quantity: 10 }),
      () => world.as('station1').cardVoid.submit({ documentId: voids[round] ?? 0 }),
    ]
    const begun = await Promise.all([
      ...moves.slice(0, 3).map(move => move()),
      stocktake.snapshot(draft),
      ...moves.slice(3).map(move => move()),
    ])
    expect(begun).toHaveLength(8)
    const { documentId } = draft
    await stocktake.scan({ documentId, ranges: [range(first, first + 30)] })
    const ends = await Promise.all([sell(first + 32), stocktake.submit({ documentId }), sell(first + 36)])
    const [total] = ends[1].totals
    // Two sales ran beside the submission: each is wholly before it or after.
    const { rows } = await sql<{ n: number }>`
      select sum(last_serial - first_serial + 1)::int as n from card_range
      where holder_id = ${world.places.stations[0]} and transit_document_id is null`.execute(world.db)
    expect([0, 2, 4]).toContain((total?.expected ?? 0) - (rows[0]?.n ?? 0))
    expect(total?.expected).toBe((total?.snapshot ?? 0) + (total?.movedIn ?? 0) - (total?.movedOut ?? 0))
    const seen = await world.as('finance').stocktake.get({ documentId })
    await world.as('finance').stocktake.recount({ documentId, version: seen.head.version, note: '移动后再点' })
    const again = await stocktake.submit({ documentId })
    expect(again.totals[0]?.expected).toBe(rows[0]?.n)
    await world.as('finance').stocktake.recount({ documentId, version: again.version, note: '作罢' })
    await stocktake.cancel({ documentId })
  }
  expect((await auditLedger(world.db)).differences).toEqual([])
}, 60_000)

const voids: number[] = []
beforeAll(async () => {
  for (const n of [130, 132, 134]) {
    voids.push((await world.as('station1').cardVoid.create({ ...soiled, ranges: [range(n, n + 1)] })).documentId)
  }
})
