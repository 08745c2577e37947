// What the billing system takes from a card for an account: the same rules for the read-back and for the posting.

import { mostFen } from '../wire/fen.ts'

export interface AccountFacts {
  status: string
  partial_ok: boolean
  prepay_ok: boolean
  max_fen: number
}

const barred: Readonly<Record<string, string>> = { C: '1102', L: '1103', K: '1104' }

/** `owedFen`: unpaid bills with their late fees. */
export function acceptanceOf(account: AccountFacts, owedFen: number) {
  const { partial_ok, prepay_ok, max_fen } = account
  const minFen = partial_ok ? 1 : Math.max(1, owedFen)
  const maxFen = Math.min(max_fen, prepay_ok ? mostFen : owedFen)
  const reason = barred[account.status] ?? (maxFen < 1 ? '1109' : minFen > maxFen ? '1107' : undefined)
  const terms = { minFen, maxFen, partialAllowed: partial_ok, prepayAllowed: prepay_ok }
  return reason ? { canPay: false, reason, ...terms } : { canPay: true, ...terms }
}

/** The code with which this amount is refused, or undefined when it is taken. */
export function refusalOf(account: AccountFacts, owedFen: number, amountFen: number): string | undefined {
  const bar = barred[account.status]
  if (bar) return bar
  if (amountFen > account.max_fen) return '1107'
  if (!account.prepay_ok && owedFen === 0) return '1109'
  if (!account.partial_ok && amountFen < owedFen) return '1106'
  if (!account.prepay_ok && amountFen > owedFen) return '1108'
  return undefined
}
