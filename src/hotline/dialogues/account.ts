// Accounts as the billing system knows them: looking one up, naming it to the caller, and whether it takes this card.

import { back, type Call, said } from '../call.ts'
import type { Said } from '../said.ts'
import type { Back } from '../talk.ts'
import { canSayName } from '../voice/speak.ts'

export type Lookup = Awaited<ReturnType<Call['api']['billing']['findAccount']>>
export type Account = NonNullable<Lookup['account']>

const tailDigits = 4

/** `unavailable` also when the answer takes longer than a caller should wait. */
export async function findAccount(call: Call, accountNo: string): Promise<Lookup> {
  const asked = call.api.billing.findAccount({ accountNo })
  const found = (await call.whileWaiting(asked, call.times.callerReadBudgetMs)) ?? { outcome: 'unavailable' as const }
  call.noteAnswer(`billing.findAccount ${found.outcome}`)
  return found
}

/** Asks for an account until there is one; one that is known already is looked up again and not asked for. */
export async function askAccount(
  call: Call,
  prompt: Said,
  knownAccountNo: string | null = null,
): Promise<{ accountNo: string; found: Lookup } | Back> {
  if (knownAccountNo !== null) {
    const found = await findAccount(call, knownAccountNo)
    if (found.outcome !== 'notFound') return { accountNo: knownAccountNo, found }
  }
  let found: Lookup = { outcome: 'notFound' }
  const accountNo = await call.ask({
    prompt: [prompt],
    lengths: call.county.accountNoLengths,
    async refused(digits) {
      found = await findAccount(call, digits)
      return found.outcome === 'notFound' ? [said('P-NOACC')] : null
    },
  })
  return accountNo === back ? back : { accountNo, found }
}

/** Unpaid bills with their late fees (应缴). */
export const payableFen = (account: Account) => account.dueFen + account.lateFeeFen

/** The surname where it can be said, and always the last digits. */
export function nameOf(call: Call, { accountNo, name }: Account): Said {
  const tail = accountNo.slice(-tailDigits)
  return canSayName(call.language(), name) ? said('account.named', { name, tail }) : said('account.unnamed', { tail })
}

/**
 * Why the billing system would not take this amount from a card, told before anything is held; null when it would.
 * It takes a card whole: not below what must be paid at once, not above its limit, and nothing in advance unless allowed.
 */
export function accountProblem(account: Account, amountFen: number): Said | null {
  const { acceptance, status } = account
  const due = payableFen(account)
  if (status === 'closed') return said('P-ACCBAD')
  if (status === 'locked') return said('P-LATER')
  if (status === 'cardMeter') return said('P-HALL')
  if (!acceptance.canPay) return refusalWords(acceptance.reason ?? 'goToHall', due)
  if (!acceptance.prepayAllowed && due === 0) return said('P-NODUE')
  if (!acceptance.partialAllowed && amountFen < due) return said('P-FULL', { due })
  if (!acceptance.prepayAllowed && amountFen > due) return said('P-HALL')
  if (amountFen > acceptance.maxFen) return said('P-LIMIT')
  return amountFen < acceptance.minFen ? said('P-FULL', { due: Math.max(due, acceptance.minFen) }) : null
}

/** What a caller hears when the billing system refused a recharge; `due` where it is known. */
export function refusalWords(reason: string | null, due: number | null): Said {
  switch (reason) {
    case 'accountNotFound':
      return said('P-NOACC')
    case 'accountClosed':
      return said('P-ACCBAD')
    case 'accountLocked':
    case 'billing':
    case 'billChanged':
    case 'dayClosed':
    case 'busyNotProcessed':
    case 'expired':
      return said('P-LATER')
    case 'cardMeter':
    case 'outOfArea':
    case 'prepayNotAllowed':
    case 'goToHall':
      return said('P-HALL')
    case 'belowDue':
      return due === null ? said('P-FAIL') : said('P-FULL', { due })
    case 'aboveLimit':
      return said('P-LIMIT')
    case 'nothingDue':
      return said('P-NODUE')
    case 'misDown':
    case 'formatError':
    case 'macError':
    case 'replay':
    case 'notSignedIn':
    case 'channelForbidden':
      return said('P-DOWN')
    default:
      return said('P-FAIL')
  }
}
