// A seller or hall buys cards at its station (售卡单): done at once, and from the commit on they can be recharged.

import { sql } from 'kysely'
import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { advanceDocument, createDocument, operatorOf } from '../../domain/document.ts'
import { documentAnswer, note, printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { yuan } from '../../domain/money.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { commonRanges, joinRanges, totalQuantity } from '../../domain/range.ts'
import { heldRanges } from '../../domain/range-check.ts'
import { command } from '../../domain/services.ts'
import { lockBatches, moveCards } from '../../domain/stock.ts'
import { ownPlace } from '../../domain/visibility.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

export const execute = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({
    /** The seller or hall. */
    sellerId: z.int(),
    ranges: printedRanges,
    payment: z.strictObject({
      method: z.enum(['cash', 'transfer', 'credit']),
      /** What was received, or goes on credit: always the whole of it. */
      amountFen: z.int().nonnegative(),
      /** The number of a bank transfer. */
      reference: z.string().max(40).default(''),
    }),
    /** The seller saw the cards with the station and signed (联合检验); null: not yet. */
    jointCheck: z.strictObject({ confirmed: z.literal('paper') }).nullable(),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int(), amountFen: z.int() }),
  async run({ tx, actor, countyId, now }, { sellerId, ranges: printed, payment, jointCheck, note }) {
    const station = ownPlace(actor)
    const seller = await sellerOf(tx, countyId, station, sellerId)
    if (seller.disabled) refuse('SK07', { seller: seller.name })
    if (!jointCheck) refuse('SK03', { seller: seller.name })
    if (payment.method === 'transfer' && payment.reference.trim() === '') refuse('SK06')
    const ranges = storedRanges(printed, countyId)
    const wanted = joinRanges(ranges)
    await lockBatches(tx, countyId, wanted)
    const lines = (await heldRanges(tx, countyId, wanted)).flatMap(row =>
      commonRanges(row, wanted).map(range => ({ ...range, faceValueFen: row.faceValueFen })),
    )
    const amountFen = lines.reduce((sum, line) => sum + totalQuantity([line]) * line.faceValueFen, 0)
    const body = purchaseBody.parse({ sellerId, sellerName: seller.name, payment, jointCheck })
    const draft = await createDocument(tx, actor, { kind: 'SK', holderId: station, note, body })
    const { documentId } = draft
    await moveCards(tx, {
      countyId,
      kind: 'purchase',
      ranges,
      fromHolderId: station,
      toHolderId: sellerId,
      documentId,
      operatorId: operatorOf(actor),
      at: now,
      goodUntil: await goodUntil(tx, countyId),
      words: { STATE: 'SK05', HOLD: 'SK05', TRANSIT: 'SK04', EXPIRING: 'SK08' },
    })
    if (payment.amountFen !== amountFen) refuse('SK02', { x: yuan(amountFen) })
    await writeRanges(tx, draft, lines)
    const sold = await advanceDocument(tx, actor, draft, 'SK', 'execute')
    return { ...sold, quantity: totalQuantity(lines), amountFen }
  },
})

/** A seller or hall of this station. */
async function sellerOf(tx: Tx, countyId: number, station: number, sellerId: number) {
  const found = await tx
    .selectFrom('holder')
    .select(['name', 'disabledAt'])
    .where('countyId', '=', countyId)
    .where('holderId', '=', sellerId)
    .where('parentId', '=', station)
    .where('kind', 'in', ['seller', 'hall'])
    .executeTakeFirst()
  if (!found) return refuse('sellerNotFound')
  return { name: found.name, disabled: found.disabledAt !== null }
}

/** Cards must still be good for the county's months when they are sold on. */
async function goodUntil(tx: Tx, countyId: number): Promise<string> {
  const { monthsLeftToSell } = await countySettings(tx, countyId)
  const { rows } = await sql<{ day: string }>`
    select ((now() at time zone 'Asia/Shanghai') + make_interval(months => ${monthsLeftToSell}))::date::text as day`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row.day
}
