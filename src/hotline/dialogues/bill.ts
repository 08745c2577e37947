// What an account owes, by month, and what it holds.

import { back, type Call, said } from '../call.ts'
import type { Said } from '../said.ts'
import { type Account, askAccount, nameOf, payableFen } from './account.ts'
import { afterwards } from './afterwards.ts'

const mostMonths = 6

type Bills = Awaited<ReturnType<Call['api']['billing']['billsDue']>>

export async function bill(call: Call): Promise<void> {
  const asked = await askAccount(call, said('entry.queryAccount'))
  if (asked === back) return
  const { account } = asked.found
  if (!account) return call.tell(said('mis.queryDown'))
  const bills = await call.whileWaiting(
    call.api.billing.billsDue({ accountNo: asked.accountNo }),
    call.times.callerReadBudgetMs,
  )
  call.noteAnswer(`billing.billsDue ${bills?.outcome ?? 'unavailable'}`)
  const words = [nameOf(call, account), ...dueWords(account), ...monthWords(bills), balanceWords(account)]
  await call.tell(...words)
  call.reached('bill.told')
  await afterwards(call, words, 'nothingMore')
}

function dueWords(account: Account): Said[] {
  const total = payableFen(account)
  if (total === 0) return [said('bill.none')]
  const { lateFeeFen: lateFee } = account
  return [lateFee > 0 ? said('bill.dueWithLateFee', { total, lateFee }) : said('bill.due', { total })]
}

const balanceWords = (account: Account) => said('bill.balance', { balance: account.balanceFen })

function monthWords(bills: Bills | null): Said[] {
  if (bills?.outcome !== 'found') return []
  const unpaid = bills.lines.filter(line => line.status !== 'paid' && line.amountFen + line.lateFeeFen > 0)
  const months = unpaid
    .slice(0, mostMonths)
    .map(({ month, amountFen: amount, lateFeeFen: lateFee }) =>
      lateFee > 0 ? said('bill.monthWithLateFee', { month, amount, lateFee }) : said('bill.month', { month, amount }),
    )
  return unpaid.length > mostMonths || bills.hasMore ? [...months, said('bill.more')] : months
}
