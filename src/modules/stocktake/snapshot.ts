// The count begins: what the books have with the holder at this moment is kept, and moves from now on are told apart.

import { sql } from 'kysely'
import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { yuan } from '../../domain/money.ts'
import { command } from '../../domain/services.ts'
import {
  holderOf,
  lockStocktake,
  requireCounter,
  type Scope,
  type StocktakeBody,
  scopeOf,
  setScopeOpen,
} from '../../domain/stocktake.ts'
import { holdStill, takeSnapshot } from '../../domain/stocktake-count.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

export const snapshot = command({
  roles: ['countyFinance', 'countyCardAdmin', 'stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  async run({ tx, actor, now }, { documentId, version }) {
    const { document, body } = await lockStocktake(tx, actor, documentId, version)
    await requireCounter(tx, actor, document.holderId)
    const scope = scopeOf(document, body)
    await refuseOpenCount(tx, scope)
    await setScopeOpen(tx, document, true)
    await holdStill(tx, scope)
    const { afterMovementId } = await takeSnapshot(tx, scope)
    const counting: StocktakeBody = { ...body, snapshotAt: now.toISOString(), afterMovementId }
    return advanceDocument(tx, actor, document, 'PD', 'snapshot', { body: counting })
  },
})

/** One open count per holder and face value; whoever begins one of this holder's meets the others at its row. */
async function refuseOpenCount(tx: Tx, { countyId, holderId, documentId }: Scope): Promise<void> {
  await sql`select from holder where county_id = ${countyId} and holder_id = ${holderId} for no key update`.execute(tx)
  const { rows } = await sql<{ documentNo: string; faceValueFen: number | null }>`
    select d.document_no, other.face_value_fen
    from stocktake_scope mine join stocktake_scope other using (county_id, holder_id)
    join document d on d.county_id = other.county_id and d.document_id = other.document_id
    where mine.county_id = ${countyId} and mine.document_id = ${documentId} and other.open
      and (mine.face_value_fen is null or other.face_value_fen is null or mine.face_value_fen = other.face_value_fen)
    order by other.document_id, other.scope_no limit 1`.execute(tx)
  const open = rows[0]
  if (!open) return
  const holder = await holderOf(tx, countyId, holderId)
  const face = open.faceValueFen === null ? '' : ` ${yuan(open.faceValueFen)}元`
  refuse('PD03', { scope: `${holder?.name ?? ''}${face}`, documentNo: open.documentNo })
}
