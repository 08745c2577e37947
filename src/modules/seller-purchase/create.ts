// A station begins a sale to a seller or hall as a draft, so that what was scanned survives (售卡单).

import { z } from 'zod'
import { createDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { purchaseBody } from '../../domain/purchase.ts'
import { sellerOf } from '../../domain/seller.ts'
import { command } from '../../domain/services.ts'
import { ownPlace } from '../../domain/visibility.ts'
import { refuse } from '../../kernel/refusal.ts'

export const create = command({
  roles: ['stationCardAdmin'],
  input: z.strictObject({ sellerId: z.int(), note: note.default('') }),
  output: documentAnswer,
  async run({ tx, actor }, { sellerId, note }) {
    const seller = await sellerOf(tx, actor, sellerId)
    if (seller.disabled) refuse('SK07', { seller: seller.name })
    const body = purchaseBody.parse({ sellerId, sellerName: seller.name })
    return createDocument(tx, actor, { kind: 'SK', holderId: ownPlace(actor), note, body })
  },
})
