// The latest payments and recharges of an account.

import { back, type Call, said } from '../call.ts'
import { withoutThisYear } from '../local-time.ts'
import type { Said } from '../said.ts'
import { askAccount } from './account.ts'
import { afterwards } from './afterwards.ts'

const mostLines = 5

export async function payments(call: Call): Promise<void> {
  const asked = await askAccount(call, said('entry.queryAccount'))
  if (asked === back) return
  const history = asked.found.account
    ? await call.whileWaiting(
        call.api.billing.paymentHistory({ accountNo: asked.accountNo }),
        call.times.callerReadBudgetMs,
      )
    : null
  call.noteAnswer(`billing.paymentHistory ${history?.outcome ?? 'unavailable'}`)
  if (history?.outcome !== 'found') return call.tell(said('mis.queryDown'))
  const lines = history.lines.slice(0, mostLines)
  const words: Said[] =
    lines.length === 0
      ? [said('payments.none')]
      : [
          said('payments.head', { lines: lines.length }),
          ...lines.map(({ kind, date, amountFen }) =>
            said(`payments.${kind}`, { date: withoutThisYear(date, call.now()), amount: amountFen }),
          ),
        ]
  await call.tell(...words)
  call.reached('payments.told')
  await afterwards(call, words, 'nothingMore')
}
