// The operations of profile 1, their paths, and which of them move or settle money.

export const operationPaths = {
  findAccount: '/mis/v1/account/query',
  billsDue: '/mis/v1/bill/query',
  paymentHistory: '/mis/v1/payment/history',
  postRecharge: '/mis/v1/posting',
  queryPosting: '/mis/v1/posting/query',
  closeSerial: '/mis/v1/posting/close',
  reverse: '/mis/v1/reversal',
  dayTotals: '/mis/v1/day/totals',
  signIn: '/mis/v1/session/signin',
  signOut: '/mis/v1/session/signout',
  heartbeat: '/mis/v1/heartbeat',
} as const

export type Operation = keyof typeof operationPaths

export const operationNames: readonly Operation[] = [
  'findAccount',
  'billsDue',
  'paymentHistory',
  'postRecharge',
  'queryPosting',
  'closeSerial',
  'reverse',
  'dayTotals',
  'signIn',
  'signOut',
  'heartbeat',
]

/** Their messageId is the transaction serial, so that even a refusal says which serial it speaks of. */
export const serialOperations: ReadonlySet<Operation> = new Set<Operation>(['postRecharge', 'closeSerial', 'reverse'])

/** Bodies and answers; files have a limit of their own. */
export const mostBodyBytes = 1_048_576
