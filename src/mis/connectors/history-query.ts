// Asking for a posting where the billing system knows no such question: its payment history, matched by serial alone.

import type { BillingConnector, CallOptions, PostingIdentity, PostingStateAnswer, Result } from '../connector.ts'
import { addDays } from '../wire/time.ts'

const mostPages = 5

/** A line of the same amount and time without the serial is never proof. */
export async function queryByHistory(
  paymentHistory: BillingConnector['paymentHistory'],
  posting: PostingIdentity,
  options: CallOptions,
): Promise<Result<PostingStateAnswer>> {
  const fromDate = addDays(posting.acctDate, -1)
  for (let page = 1; page <= mostPages; page += 1) {
    const history = await paymentHistory({ accountNo: posting.accountNo, fromDate, page }, options)
    if (history.class !== 'accepted') return history
    const line = history.data.lines.find(one => one.transactionSerial === posting.transactionSerial)
    if (line) {
      if (line.amountFen !== posting.amountFen) return { class: 'unknown', cause: 'mismatch' }
      const posted = {
        transactionSerial: posting.transactionSerial,
        misRef: line.misRef ?? '',
        settleDate: line.date,
        postedAt: `${line.date}${line.time}000`,
        notices: [],
      }
      return { class: 'accepted', data: { postingState: 'posted', posted } }
    }
    if (!history.data.hasMore) return { class: 'accepted', data: { postingState: 'notFound' } }
  }
  return { class: 'unknown', cause: 'badFormat' }
}
