// The reviewer ends a stocktake (结束) in which nothing differs any more without an answer.

import { sql } from 'kysely'
import { z } from 'zod'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, documentSeen, note } from '../../domain/document-forms.ts'
import { command } from '../../domain/services.ts'
import { lockStocktake, requireReviewer, setScopeOpen } from '../../domain/stocktake.ts'
import { refuse } from '../../kernel/refusal.ts'

export const close = command({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({ ...documentSeen, note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor, countyId }, { documentId, version, note }) {
    const { document } = await lockStocktake(tx, actor, documentId, version)
    await requireReviewer(tx, actor, document)
    const closed = await advanceDocument(tx, actor, document, 'PD', 'close', { note })
    const { rows } = await sql<{ n: number }>`
      select coalesce(sum(last_serial - first_serial + 1), 0)::int as n from stocktake_difference
      where county_id = ${countyId} and document_id = ${documentId} and treatment is null`.execute(tx)
    if (rows[0]?.n !== 0) refuse('PD01', { n: rows[0]?.n ?? 0 })
    await setScopeOpen(tx, document, false)
    return closed
  },
})
