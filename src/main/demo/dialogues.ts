// What invented callers do on the telephone: the dialogues of the hotline as they end up in the record of a call.

import type { Outcome } from '../../hotline/outcome.ts'
import { canSayName } from '../../hotline/voice/speak.ts'
import type { Random } from '../../mis/simulator/random.ts'
import type { Customer } from './setting.ts'
import { type Transcript, wordsOf } from './transcript.ts'

export interface Caller {
  transcript: Transcript
  random: Random
  customer: Customer
  /** A printed serial. */
  serial: string
  faceValueFen: number
  /** yyyymmdd */
  expiresOn: string
  balanceFen: number
  /** For what was accepted. */
  transactionSerial: string
  reason: string | null
  /** For a card that was used before. */
  usedAt: { date: string; time: string }
}

export type Dialogue = (caller: Caller) => void

export function menu({ transcript: t }: Caller): void {
  const isFirst = t.language() === 'zh-CN'
  // It begins as the call is answered: nobody keys before it.
  t.tell(
    ...(isFirst ? [t.words('welcome', {})] : []),
    t.words('menu.recharge', { key: '1' }),
    t.words('menu.bill', { key: '2' }),
    t.words('menu.payments', { key: '3' }),
    t.words('menu.cardCheck', { key: '4' }),
    wordsOf(isFirst ? 'en-US' : 'zh-CN', 'language.offer', { key: '8' }),
    t.words('menu.again', { key: '9' }),
    t.words('menu.operator', { key: '0' }),
  )
}

/** Changes the language from the menu, which is then said again. */
export function inEnglish(caller: Caller): void {
  menu(caller)
  caller.transcript.key('8')
  caller.transcript.changeLanguage()
}

function serialAsked({ transcript: t }: Caller, explain = true): void {
  t.lead(t.words('entry.serial', {}), ...(explain ? [t.words('entry.howToCorrect', {})] : []))
}

function card(caller: Caller, condition: string, explain = true): void {
  const { transcript: t, serial } = caller
  serialAsked(caller, explain)
  t.entry(serial)
  t.lead(t.words('entry.pin', {}))
  t.dots(12)
  t.answer(`card.check ${condition}`)
}

function account({ transcript: t, customer }: Caller, outcome = 'found'): void {
  t.lead(t.words('entry.account', {}))
  t.entry(customer.accountNo)
  t.answer(`billing.findAccount ${outcome}`)
}

function named({ transcript: t, customer }: Caller): string {
  const tail = customer.accountNo.slice(-4)
  const { name } = customer
  return canSayName(t.language(), name)
    ? t.words('account.named', { name, tail })
    : t.words('account.unnamed', { tail })
}

function readBack(caller: Caller): void {
  const { transcript: t, faceValueFen, balanceFen } = caller
  t.tell(
    named(caller),
    t.words('readBack.balance', { balance: balanceFen - faceValueFen }),
    t.words('readBack.amount', { amount: faceValueFen }),
    t.words('readBack.confirm', { confirmKey: '1', backKey: '*' }),
  )
}

function submitted(caller: Caller, settlement: string): void {
  const { transcript: t, transactionSerial } = caller
  t.key('1')
  t.answer(`recharge.accept ${transactionSerial}`)
  t.answer(`recharge.post ${settlement}`)
}

function afterwards({ transcript: t }: Caller, another: boolean): void {
  t.tell(
    ...(another ? [t.words('after.another', { key: '1' })] : []),
    t.words('menu.again', { key: '9' }),
    t.words('menu.main', { key: '*' }),
    t.words('menu.hangUp', {}),
  )
}

function toAccount(caller: Caller): void {
  menu(caller)
  caller.transcript.key('1')
  card(caller, 'ok')
  account(caller)
}

function success(caller: Caller): void {
  const { transcript: t, faceValueFen: amount, balanceFen: balance } = caller
  readBack(caller)
  submitted(caller, 'succeeded')
  t.tell(t.words('P-OK.balance', { amount, balance }))
  afterwards(caller, true)
}

export function recharge(caller: Caller): void {
  toAccount(caller)
  success(caller)
}

/** Another card to the same account, in the same call. */
export function anotherCard(caller: Caller): void {
  const { transcript: t } = caller
  t.key('1')
  card(caller, 'ok', false)
  t.answer('billing.findAccount found')
  success(caller)
}

function owed(caller: Caller): void {
  const { transcript: t, faceValueFen: amount, customer } = caller
  menu(caller)
  t.key('1')
  card(caller, 'ok')
  account(caller, 'unavailable')
  t.tell(
    t.words('account.whole', { account: customer.accountNo }),
    t.words('readBack.acceptLater', {}),
    t.words('readBack.amount', { amount }),
    t.words('readBack.confirm', { confirmKey: '1', backKey: '*' }),
  )
  submitted(caller, 'owed misDown')
  t.tell(t.words('P-ACCEPT', { amount, within: 24 }))
  afterwards(caller, true)
}

function failed(caller: Caller): void {
  const { transcript: t, reason } = caller
  toAccount(caller)
  readBack(caller)
  submitted(caller, `failed ${reason}`)
  t.tell(refusal(caller, reason))
  afterwards(caller, true)
}

function refusal({ transcript: t, faceValueFen }: Caller, reason: string | null): string {
  if (reason === 'accountLocked') return t.words('P-LATER', {})
  if (reason === 'accountClosed') return t.words('P-ACCBAD', {})
  if (reason === 'belowDue') return t.words('P-FULL', { due: faceValueFen + 4_350 })
  return t.words('P-HALL', {})
}

function pending(caller: Caller): void {
  const { transcript: t } = caller
  toAccount(caller)
  readBack(caller)
  submitted(caller, 'doubtful')
  t.tell(t.words('P-PEND', {}))
  afterwards(caller, true)
}

function cardRefused(caller: Caller): void {
  const { transcript: t, random, usedAt, customer } = caller
  const condition = random.pick(['used', 'used', 'inactive', 'frozen', 'expired'] as const)
  menu(caller)
  t.key('1')
  card(caller, condition)
  if (condition === 'used') t.tell(t.words('P-USED', { ...usedAt, tail: customer.accountNo.slice(-4) }))
  if (condition === 'inactive') t.tell(t.words('P-INACTIVE', {}))
  if (condition === 'frozen') t.tell(t.words('P-FROZEN', {}))
  if (condition === 'expired') t.tell(t.words('P-EXPIRED', {}))
}

function mistyped(caller: Caller): void {
  const { transcript: t, random } = caller
  menu(caller)
  t.key('1')
  serialAsked(caller)
  for (let tries = 1; tries <= 3; tries += 1) {
    const short = random.whole(3) > 0
    t.dots(short ? 4 + random.whole(7) : 12)
    if (tries === 3) break
    t.tell(short ? t.words('entry.tooShort', {}) : t.words('entry.serialMistyped', {}), t.words('entry.serial', {}))
  }
  t.tell(t.words('goodbye.threeTries', {}))
}

function bill(caller: Caller): void {
  const { transcript: t, customer, balanceFen, faceValueFen } = caller
  menu(caller)
  t.key('2')
  t.lead(t.words('entry.queryAccount', {}))
  t.entry(customer.accountNo)
  t.answer('billing.findAccount found')
  t.answer('billing.billsDue found')
  const due = balanceFen % 3 === 0 ? t.words('bill.none', {}) : t.words('bill.due', { total: faceValueFen + 2_340 })
  t.tell(named(caller), due, t.words('bill.balance', { balance: balanceFen }))
  afterwards(caller, false)
}

function payments(caller: Caller): void {
  const { transcript: t, customer, faceValueFen: amount, usedAt } = caller
  menu(caller)
  t.key('3')
  t.lead(t.words('entry.queryAccount', {}))
  t.entry(customer.accountNo)
  t.answer('billing.findAccount found')
  t.answer('billing.paymentHistory found')
  t.tell(t.words('payments.head', { lines: 1 }), t.words('payments.card', { date: usedAt.date, amount }))
  afterwards(caller, false)
}

function cardCheck(caller: Caller): void {
  const { transcript: t, faceValueFen: faceValue } = caller
  menu(caller)
  t.key('4')
  card(caller, 'ok')
  t.tell(t.words('card.goodUntil', { faceValue, date: caller.expiresOn }))
  afterwards(caller, false)
}

/** What leads to each end of a call but success. */
export const dialogues: Readonly<Record<Exclude<Outcome, 'recharge.succeeded'>, Dialogue>> = {
  nothing: () => {},
  menu(caller) {
    menu(caller)
    if (caller.random.whole(4) > 0) return
    caller.transcript.key('0')
    caller.transcript.tell(caller.transcript.words('operator.none', {}))
  },
  'recharge.begun'(caller) {
    menu(caller)
    caller.transcript.key('1')
    serialAsked(caller)
  },
  threeTries: mistyped,
  locked(caller) {
    const { transcript: t } = caller
    menu(caller)
    t.key('1')
    card(caller, 'callerLocked')
    t.tell(t.words('limit.callerLocked', {}))
  },
  'system.error'(caller) {
    const { transcript: t } = caller
    menu(caller)
    t.key('2')
    t.lead(t.words('entry.queryAccount', {}))
    t.tell(t.words('mis.queryDown', {}))
  },
  'cardCheck.told': cardCheck,
  'payments.told': payments,
  'bill.told': bill,
  'recharge.cardRefused': cardRefused,
  'recharge.cardGood'(caller) {
    menu(caller)
    caller.transcript.key('1')
    card(caller, 'ok')
    caller.transcript.lead(caller.transcript.words('entry.account', {}))
  },
  'recharge.accountRefused'(caller) {
    const { transcript: t } = caller
    toAccount(caller)
    t.tell(caller.random.whole(2) === 0 ? t.words('P-HALL', {}) : t.words('P-LATER', {}))
  },
  'recharge.readBack'(caller) {
    toAccount(caller)
    readBack(caller)
  },
  'recharge.confirmed'(caller) {
    toAccount(caller)
    readBack(caller)
    caller.transcript.key('1')
  },
  'recharge.refused'(caller) {
    const { transcript: t } = caller
    toAccount(caller)
    readBack(caller)
    t.key('1')
    t.answer('recharge.accept refused card.inUse')
    t.tell(t.words('P-INUSE', {}))
  },
  'recharge.failed': failed,
  'recharge.pending': pending,
  'recharge.owed': owed,
}
