// The words for what became of a recharge: success only when it is committed, "not used" only when the card is free.

import { said } from '../call.ts'
import type { Said } from '../said.ts'
import { type Account, payableFen, refusalWords } from './account.ts'
import type { Submitted } from './submit.ts'

/** Hours a county takes to book what it accepted, and to restore power. */
const withinHours = 24

export interface Read {
  amountFen: number
  /** As read back; null while the billing system could not be asked. */
  account: Account | null
}

export function resultWords(submitted: Submitted, read: Read): readonly Said[] {
  if (submitted.result === 'pending') return [said('P-PEND')]
  if (submitted.result === 'refused') return [acceptRefusalWords(submitted.code)]
  const { settlement, reason } = submitted
  if (settlement === 'succeeded') return successWords(submitted, read)
  if (settlement === 'owed') return [said('P-ACCEPT', { amount: read.amountFen, within: withinHours })]
  if (settlement !== 'failed') return [said('P-PEND')]
  // Accepting now and posting later is for accounts known here; to the others the billing system stays out of reach.
  if (reason === 'misDown' && read.account === null) return [said('limit.accountUnknown')]
  return [refusalWords(reason, read.account && payableFen(read.account))]
}

function successWords(
  { balanceFen, notices }: Extract<Submitted, { result: 'posted' }>,
  { amountFen, account }: Read,
): readonly Said[] {
  const success =
    balanceFen === null
      ? said('P-OK', { amount: amountFen })
      : said('P-OK.balance', { amount: amountFen, balance: balanceFen })
  if (notices.includes('reconnectNeeded')) return [success, said('reconnect.hall')]
  if (!account?.disconnected) return [success]
  const due = payableFen(account) - Math.max(0, account.balanceFen) - amountFen
  return [success, due > 0 ? said('reconnect.stillDue', { due }) : said('reconnect.cleared', { within: withinHours })]
}

/** Nothing was held. */
function acceptRefusalWords(code: string): Said {
  switch (code) {
    case 'card.badCard':
      return said('P-BADCARD')
    case 'card.cardLocked':
      return said('P-LOCKED')
    case 'card.accountLimit':
      return said('limit.accountDay')
    case 'card.inactive':
      return said('P-INACTIVE')
    case 'card.frozen':
      return said('P-FROZEN')
    case 'card.expired':
      return said('P-EXPIRED')
    case 'card.void':
      return said('P-VOID')
    case 'card.inUse':
      return said('P-INUSE')
    default:
      return said('P-DOWN')
  }
}
