// Every prompt of the hotline and what is filled into it; the words stand beside, one file per language.

/** How a value is read: see Reader. `name` takes the account name as billed and must be sayable (canSayName). */
export type ParamKind = 'money' | 'digits' | 'count' | 'hours' | 'date' | 'month' | 'time' | 'key' | 'name'

export const prompts = {
  welcome: {},
  /** Said in the language it offers: play the English one in a Mandarin menu. */
  'language.offer': { key: 'key' },

  'menu.recharge': { key: 'key' },
  'menu.bill': { key: 'key' },
  'menu.payments': { key: 'key' },
  'menu.cardCheck': { key: 'key' },
  'menu.again': { key: 'key' },
  'menu.operator': { key: 'key' },
  'menu.main': { key: 'key' },
  'menu.hangUp': {},
  'menu.wrongKey': {},
  'after.another': { key: 'key' },

  'entry.serial': {},
  'entry.pin': {},
  'entry.account': {},
  'entry.queryAccount': {},
  /** Once, before the first entry: how keys are corrected. */
  'entry.howToCorrect': {},
  'entry.slowly': {},
  'entry.cleared': {},
  'entry.tooShort': {},
  'entry.wrongLength': {},
  'entry.nothing': {},
  'entry.again': {},
  /** The serial's check digit is wrong; costs no try. */
  'entry.serialMistyped': {},
  'goodbye.threeTries': {},
  goodbye: {},

  /** Read-back: who, what is owed or held there, how much, confirm. One of each, in this order. */
  'account.named': { name: 'name', tail: 'digits' },
  'account.unnamed': { tail: 'digits' },
  'account.namedWhole': { name: 'name', account: 'digits' },
  'account.whole': { account: 'digits' },
  'readBack.due': { due: 'money' },
  'readBack.balance': { balance: 'money' },
  'readBack.amount': { amount: 'money' },
  /** Instead of balance and due while recharges are accepted now and posted later. */
  'readBack.acceptLater': {},
  'readBack.confirm': { confirmKey: 'key', backKey: 'key' },
  wait: {},
  'wait.still': {},

  'P-OK': { amount: 'money' },
  'P-OK.balance': { amount: 'money', balance: 'money' },
  /** After P-OK of a disconnected account: which of the three cases it is. */
  'reconnect.hall': {},
  'reconnect.cleared': { within: 'hours' },
  'reconnect.stillDue': { due: 'money' },
  'P-ACCEPT': { amount: 'money', within: 'hours' },
  'P-PEND': {},
  'P-PEND.since': { date: 'date', time: 'time' },
  'P-FAIL': {},
  'P-DOWN': {},
  'P-LATER': {},
  'P-NOACC': {},
  'P-ACCBAD': {},
  'P-HALL': {},
  'P-FULL': { due: 'money' },
  'P-LIMIT': {},
  'P-NODUE': {},
  'P-AGAIN': {},

  'P-BADCARD': {},
  'P-INACTIVE': {},
  'P-USED': { date: 'date', time: 'time', tail: 'digits' },
  /** Accepted, the card is used, the posting still to come. */
  'P-USED.owed': { date: 'date', time: 'time', tail: 'digits' },
  'P-INUSE': {},
  'P-FROZEN': {},
  'P-VOID': {},
  'P-LOCKED': {},
  'P-EXPIRED': {},

  'limit.callerLocked': {},
  'limit.withheld': {},
  'limit.accountDay': {},
  'limit.accountAmount': {},
  /** While recharges are accepted now and posted later: an account not known here. */
  'limit.accountUnknown': {},

  'bill.none': {},
  'bill.due': { total: 'money' },
  'bill.dueWithLateFee': { total: 'money', lateFee: 'money' },
  'bill.balance': { balance: 'money' },
  'bill.month': { month: 'month', amount: 'money' },
  'bill.monthWithLateFee': { month: 'month', amount: 'money', lateFee: 'money' },
  'bill.more': {},
  'payments.none': {},
  'payments.head': { lines: 'count' },
  'payments.hall': { date: 'date', amount: 'money' },
  'payments.bank': { date: 'date', amount: 'money' },
  'payments.card': { date: 'date', amount: 'money' },
  'payments.other': { date: 'date', amount: 'money' },
  'card.good': { faceValue: 'money' },
  'card.goodUntil': { faceValue: 'money', date: 'date' },

  'operator.none': {},
  'operator.hours': { from: 'time', to: 'time' },
  'operator.busy': {},
  'operator.offerCallBack': { key: 'key' },
  'operator.callBackTaken': {},
  'operator.transfer': {},

  'mis.down': {},
  'mis.downUntil': { time: 'time' },
  'mis.downUntilDay': { date: 'date', time: 'time' },
  'mis.billing': { time: 'time' },
  'mis.queryDown': {},
  'overload.apology': {},
  'overload.noQueries': {},
  'system.error': {},
  'number.notInService': {},
} as const satisfies Record<string, Readonly<Record<string, ParamKind>>>

export type PromptId = keyof typeof prompts

interface ParamValues {
  /** Fen. */
  money: number
  digits: string
  count: number
  hours: number
  date: string
  month: string
  time: string
  key: string
  name: string
}

/** What a prompt must be given. */
export type ParamsOf<Id extends PromptId> = {
  readonly [Name in keyof (typeof prompts)[Id]]: (typeof prompts)[Id][Name] extends ParamKind
    ? ParamValues[(typeof prompts)[Id][Name]]
    : never
}

/** The words of all prompts in one language; `{name}` stands for a parameter. A missing prompt does not compile. */
export type PromptTexts = Readonly<Record<PromptId, string>>

export const promptIds: readonly PromptId[] = Object.keys(prompts).filter((id): id is PromptId => id in prompts)
