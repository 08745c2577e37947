// How far a call came, the farthest last: what the record of a call says of it at the end.

const outcomes = [
  'nothing',
  'menu',
  'recharge.begun',
  'threeTries',
  'locked',
  'system.error',
  'cardCheck.told',
  'payments.told',
  'bill.told',
  'recharge.cardRefused',
  'recharge.cardGood',
  'recharge.accountRefused',
  'recharge.readBack',
  'recharge.confirmed',
  'recharge.refused',
  'recharge.failed',
  'recharge.pending',
  'recharge.owed',
  'recharge.succeeded',
] as const

export type Outcome = (typeof outcomes)[number]

export function betterOutcome(one: Outcome, other: Outcome): Outcome {
  return outcomes.indexOf(other) > outcomes.indexOf(one) ? other : one
}
