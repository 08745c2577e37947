// The recharge records of accounts over a period (账户充值记录), on screen.

import { z } from 'zod'
import { accountQuestion, accountRecord, accountRecords } from '../../domain/account-recharges.ts'
import { scopeOf } from '../../domain/listing/operations.ts'
import { cardRoles } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: cardRoles,
  sensitive: true,
  input: z.strictObject(accountQuestion),
  output: z.object({ accounts: z.array(accountRecord) }),
  recorded: ({ accounts }) => ({ count: accounts.reduce((sum, account) => sum + account.lines.length, 0) }),
  run: async (context, question) => ({ accounts: await accountRecords(context.tx, scopeOf(context), question) }),
})
