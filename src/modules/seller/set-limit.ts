// Finance sets how much a seller or hall may owe (赊销额度).

import { z } from 'zod'
import { creditLimit, sellerOf, setCreditLimit } from '../../domain/seller.ts'
import { readSellerMoney } from '../../domain/seller-money.ts'
import { command } from '../../domain/services.ts'

export const setLimit = command({
  roles: ['countyFinance'],
  input: z.strictObject({ holderId: z.int(), creditLimitFen: creditLimit }),
  output: z.object({ holderId: z.int(), creditLimitFen: z.int(), owedFen: z.int() }),
  async run({ tx, actor, countyId }, { holderId, creditLimitFen }) {
    await sellerOf(tx, actor, holderId)
    await setCreditLimit(tx, { countyId, holderId }, creditLimitFen)
    const { owedFen } = await readSellerMoney(tx, countyId, holderId)
    return { holderId, creditLimitFen, owedFen }
  },
})
