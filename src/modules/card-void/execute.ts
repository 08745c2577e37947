// Finance executes a void (执行作废): the cards are 作废 for good, those that are here go into custody, in one transaction.

import { z } from 'zod'
import { lockVoid, voidBody, voidCards, voidTreatment } from '../../domain/card-void.ts'
import { advanceDocument, setBody } from '../../domain/document.ts'
import { documentAnswer, documentSeen } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { yuan } from '../../domain/money.ts'
import { quantityOf, totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const execute = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentSeen,
    /** How many cards die by it, as finance types it. */
    confirmQuantity: z.int().nullable().default(null),
    /** What the author left open; what was approved stands. Where the cards are kept, finance knows better. */
    ...voidTreatment,
  }),
  output: documentAnswer.extend({ quantity: z.int() }),
  async run({ tx, actor, now }, { documentId, version, confirmQuantity, money, responsible, custody }) {
    const document = await lockVoid(tx, actor, documentId, version)
    const approved = voidBody.parse(document.body)
    if (money && approved.money) refuse('voidMoneyDecided')
    if (responsible && approved.responsible) refuse('voidMoneyDecided')
    const body = {
      ...approved,
      money: approved.money ?? money,
      responsible: approved.responsible ?? responsible,
      custody: custody ?? approved.custody,
    }
    const ranges = await readRanges(tx, document)
    const quantity = totalQuantity(ranges)
    const amountFen = ranges.reduce((sum, range) => sum + quantityOf(range) * range.faceValueFen, 0)
    if (confirmQuantity !== quantity) refuse('ZF06', { n: quantity, x: yuan(amountFen) })
    const executed = await advanceDocument(tx, actor, document, 'ZF', 'execute')
    return { ...(await setBody(tx, executed, await voidCards(tx, actor, { document, ranges, body }, now))), quantity }
  },
})
