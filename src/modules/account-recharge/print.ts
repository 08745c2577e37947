// Prints the recharge records of accounts: counted for each account and period, 补打 from the second time on.

import { sql } from 'kysely'
import { z } from 'zod'
import { accountQuestion, accountRecord, accountRecords, pagesOf } from '../../domain/account-recharges.ts'
import { operatorOf } from '../../domain/document.ts'
import { instant } from '../../domain/forms.ts'
import { scopeOf } from '../../domain/listing/operations.ts'
import { cardRoles } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'

const page = z.object({
  pageNo: z.int(),
  pages: z.int(),
  firstLine: z.int(),
  lines: z.int(),
  count: z.int(),
  amountFen: z.int(),
})

export const print = command({
  roles: cardRoles,
  input: z.strictObject({ ...accountQuestion, linesPerPage: z.int().min(5).max(60).default(12) }),
  output: z.object({
    supplier: z.string(),
    fromDay: z.string(),
    toDay: z.string(),
    printedBy: z.string(),
    printedAt: instant,
    accounts: z.array(accountRecord.extend({ printNo: z.int(), isReprint: z.boolean(), pages: z.array(page) })),
  }),
  answersSecret: true,
  recorded: ({ accounts }) => ({ count: accounts.reduce((sum, account) => sum + account.lines.length, 0) }),
  async run(context, { linesPerPage, ...question }) {
    const { tx, actor, countyId, now } = context
    const records = await accountRecords(tx, scopeOf(context), question)
    const accounts = []
    for (const record of [...records].sort((a, b) => (a.accountNo < b.accountNo ? -1 : 1))) {
      const printNo = await countPrint(tx, {
        countyId,
        printedBy: operatorOf(actor),
        ...question,
        accountNo: record.accountNo,
      })
      accounts.push({ ...record, printNo, isReprint: printNo > 1, pages: pagesOf(record, linesPerPage) })
    }
    const { name } = await tx
      .selectFrom('county')
      .select('name')
      .where('countyId', '=', countyId)
      .executeTakeFirstOrThrow()
    const { fromDay, toDay } = question
    return { supplier: name, fromDay, toDay, printedBy: actor.name, printedAt: now, accounts }
  },
})

interface Print {
  countyId: number
  accountNo: string
  fromDay: string
  toDay: string
  printedBy: number
}

/** Two prints at once of the same record wait for each other at the account and get two numbers. */
async function countPrint(tx: Tx, { countyId, accountNo, fromDay, toDay, printedBy }: Print): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`print ${countyId} ${accountNo}`}, 0))`.execute(tx)
  const { rows } = await sql<{ printNo: number }>`
    insert into account_print (county_id, account_no, from_day, to_day, print_no, printed_by)
    select ${countyId}, ${accountNo}, ${fromDay}, ${toDay}, 1 + coalesce(max(print_no), 0), ${printedBy} from account_print
    where county_id = ${countyId} and account_no = ${accountNo} and from_day = ${fromDay} and to_day = ${toDay}
    returning print_no`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a print was counted')
  return row.printNo
}
