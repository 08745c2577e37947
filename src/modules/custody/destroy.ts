// Finance records the destruction of kept cards before two witnesses (销毁); a void whose cards are all gone is destroyed.

import { sql } from 'kysely'
import { z } from 'zod'
import { allDestroyed, destroyCustody, destruction, type KeptCards, keptCards, lockKept } from '../../domain/custody.ts'
import { advanceDocument, lockDocument, operatorOf } from '../../domain/document.ts'
import { printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { joinRanges, totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

export const destroy = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ranges: printedRanges, ...destruction.shape }),
  output: z.object({
    /** The number under which 《废卡销毁清单》 prints. */
    destructionId: z.int(),
    quantity: z.int(),
    /** Voids that have nothing left in custody. */
    destroyedDocuments: z.array(z.int()),
  }),
  async run({ tx, actor, countyId, now }, { ranges: printed, ...how }) {
    const ranges = joinRanges(storedRanges(printed, countyId))
    // Documents before everything else; a card on the register never changes its document.
    const touched = await keptCards(tx, countyId, ranges)
    const voids = [...new Set(touched.filter(row => row.source === 'void').map(row => row.documentId))]
    const documents = []
    for (const documentId of voids.sort((a, b) => a - b)) {
      documents.push(await lockDocument(tx, countyId, 'ZF', documentId))
    }
    const kept = await lockKept(tx, countyId, ranges)
    await refuseOtherDays(tx, how.on, kept, now)
    const by = { countyId, operatorId: operatorOf(actor), at: now }
    const destructionId = await destroyCustody(tx, by, kept, how)
    const gone = await allDestroyed(tx, countyId, voids)
    for (const document of documents) {
      if (gone.includes(document.documentId)) await advanceDocument(tx, actor, document, 'ZF', 'destroy')
    }
    return { destructionId, quantity: totalQuantity(kept), destroyedDocuments: gone }
  },
})

/** Nothing is destroyed before it came into custody, nor on a day that is still to come. */
async function refuseOtherDays(tx: Tx, on: string, kept: readonly KeptCards[], now: Date): Promise<void> {
  const { rows } = await sql<{ today: string; keptSince: string }>`
    select (${now}::timestamptz at time zone 'Asia/Shanghai')::date::text as today,
      max((since at time zone 'Asia/Shanghai')::date)::text as kept_since
    from unnest(${kept.map(cards => cards.keptSince)}::timestamptz[]) since`.execute(tx)
  const { today = '', keptSince = '' } = rows[0] ?? {}
  if (on > today || on < keptSince) refuse('destructionDay', { from: keptSince, to: today })
}
