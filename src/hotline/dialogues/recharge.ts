// The recharge: card, account, read-back, confirmation, result; then another card to the same account, if wanted.

import { back, type Call, said } from '../call.ts'
import type { Said } from '../said.ts'
import type { Back } from '../talk.ts'
import { accountProblem, askAccount, type Lookup, nameOf, payableFen, refusalWords } from './account.ts'
import { afterwards } from './afterwards.ts'
import { askCard, cardProblem, isAboutCard, type ShownCard } from './card.ts'
import { type Read, resultWords } from './result.ts'
import { type Submitted, submit } from './submit.ts'

/** The caller waits a little longer than the sending itself may take. */
const graceMs = 5_000

export async function recharge(call: Call): Promise<void> {
  call.reached('recharge.begun')
  let accountNo: string | null = null
  for (;;) {
    const card = await askCard(call, accountNo === null)
    if (card === back) return
    const problem = cardProblem(call, card.answer)
    if (problem) {
      if (isAboutCard(card.answer)) call.reached('recharge.cardRefused')
      return call.tell(problem)
    }
    call.reached('recharge.cardGood')
    const done = await rechargeWith(call, card, accountNo)
    if (done === back) continue
    if (done === 'told') return
    if ((await afterwards(call, done.words, 'another')) === 'mainMenu') return
    accountNo = done.accountNo
  }
}

/** `told`: it came to nothing, nothing was sent, and the caller knows why. */
async function rechargeWith(
  call: Call,
  card: ShownCard,
  knownAccountNo: string | null,
): Promise<{ accountNo: string; words: readonly Said[] } | 'told' | Back> {
  let sameAccountNo = knownAccountNo
  let billChanges = 0
  for (;;) {
    const asked = await askAccount(call, said('entry.account'), sameAccountNo)
    if (asked === back) return back
    const { accountNo, found } = asked
    const read: Read = { amountFen: card.answer.faceValueFen ?? 0, account: found.account ?? null }
    const problem = targetProblem(call, found, read)
    call.reached(problem ? 'recharge.accountRefused' : 'recharge.readBack')
    if (problem) {
      await call.tell(problem)
      return 'told'
    }
    sameAccountNo = null
    if ((await call.confirm(readBack(call, accountNo, read))) === back) continue
    const submitted = await submitNow(call, card, accountNo)
    if (failedBy(submitted, 'billChanged') && billChanges === 0) {
      billChanges += 1
      sameAccountNo = accountNo
      await call.tell(said('P-AGAIN'))
      continue
    }
    const words = wordsFor(call, submitted, read)
    await call.tell(...words)
    if (failedBy(submitted, 'accountNotFound')) continue
    return submitted.result === 'refused' ? 'told' : { accountNo, words }
  }
}

/** Why this account cannot be recharged with this card now; null when it can, nothing being held yet. */
function targetProblem(call: Call, found: Lookup, { account, amountFen }: Read): Said | null {
  if (account) return accountProblem(account, amountFen)
  if (found.outcome === 'refused') return refusalWords(found.reason ?? null, null)
  // The billing system is out of reach: the county decides whether recharges are taken all the same.
  return call.county.whenMisDown === 'accept' ? null : said('P-DOWN')
}

/** Who, what is owed and held there, how much. Without the billing system the whole number stands for the name. */
function readBack(call: Call, accountNo: string, { account, amountFen }: Read): readonly Said[] {
  const amount = said('readBack.amount', { amount: amountFen })
  if (!account) return [said('account.whole', { account: accountNo }), said('readBack.acceptLater'), amount]
  const due = payableFen(account)
  return [
    nameOf(call, account),
    ...(due > 0 ? [said('readBack.due', { due })] : []),
    said('readBack.balance', { balance: account.balanceFen }),
    amount,
  ]
}

async function submitNow(call: Call, { serial, pin }: ShownCard, accountNo: string): Promise<Submitted> {
  const submitting = submit(call, { serial, pin, accountNo, key: call.nextKey() })
  const limitMs = call.times.callerPostBudgetMs + graceMs
  return (await call.whileWaiting(submitting, limitMs)) ?? { result: 'pending' }
}

/** Whatever goes wrong from here on, the caller is not told that the card is unused. */
function wordsFor(call: Call, submitted: Submitted, read: Read): readonly Said[] {
  try {
    const words = resultWords(submitted, read)
    for (const sentence of words) sentence.spoken(call.language(), {})
    return words
  } catch (error) {
    call.log.error({ err: error }, 'the result of a recharge cannot be said')
    return [said('P-PEND')]
  }
}

function failedBy(submitted: Submitted, reason: string): boolean {
  return submitted.result === 'posted' && submitted.settlement === 'failed' && submitted.reason === reason
}
