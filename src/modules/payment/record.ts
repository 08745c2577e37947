// A seller or hall repays what it owes (还款), in cash or by transfer.

import { z } from 'zod'
import { operatorOf } from '../../domain/document.ts'
import { note } from '../../domain/document-forms.ts'
import { sellerOf } from '../../domain/seller.ts'
import { addEntries } from '../../domain/seller-money.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const record = command({
  roles: ['stationCardAdmin', 'countyFinance'],
  input: z.strictObject({
    holderId: z.int(),
    method: z.enum(['cash', 'transfer']),
    amountFen: z.int().positive(),
    /** The number of a bank transfer. */
    reference: z.string().max(40).default(''),
    note: note.default(''),
  }),
  output: z.object({ holderId: z.int(), owedFen: z.int(), paidFen: z.int() }),
  async run({ tx, actor, countyId, now }, { holderId, ...repayment }) {
    await sellerOf(tx, actor, holderId)
    if (repayment.method === 'transfer' && repayment.reference.trim() === '') refuse('SK06')
    const cause = { countyId, holderId, documentId: null, operatorId: operatorOf(actor), at: now }
    const { owedFen, paidFen } = await addEntries(tx, cause, [{ kind: 'repayment', ...repayment }])
    return { holderId, owedFen, paidFen }
  },
})
