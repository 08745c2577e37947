// What the admin interface answers, for its server and for its client.

import { z } from 'zod'
import { mostFen } from '../wire/fen.ts'
import { accountNoField, dateField, monthField } from '../wire/requests.ts'
import { behavioursSchema } from './behaviours.ts'

const fen = z.number().int()
const positiveFen = z.number().int().min(0).max(mostFen)
const count = z.number().int().min(0)

export const accountEntry = z.object({
  accountNo: z.string(),
  name: z.string(),
  address: z.string(),
  orgName: z.string(),
  status: z.enum(['N', 'C', 'L', 'K']),
  balanceFen: fen,
  dueFen: fen,
  lateFeeFen: fen,
  disconnected: z.boolean(),
  partialAllowed: z.boolean(),
  prepayAllowed: z.boolean(),
  maxFen: fen,
  special: z.boolean(),
})
export type AccountEntry = z.infer<typeof accountEntry>

/** A new account, or changes of one that is there. */
export const accountChange = z.strictObject({
  accountNo: accountNoField,
  name: z.string().min(1).max(60).optional(),
  address: z.string().max(120).optional(),
  status: z.enum(['N', 'C', 'L', 'K']).optional(),
  balanceFen: fen.optional(),
  disconnected: z.boolean().optional(),
  partialAllowed: z.boolean().optional(),
  prepayAllowed: z.boolean().optional(),
  maxFen: positiveFen.min(1).optional(),
})
export type AccountChange = z.infer<typeof accountChange>

export const billEntry = z.object({
  billId: z.string(),
  accountNo: z.string(),
  month: z.string(),
  amountFen: fen,
  lateFeeFen: fen,
  paidFen: fen,
  lateFeePaidFen: fen,
})
export const newBill = z.strictObject({
  accountNo: accountNoField,
  month: monthField,
  amountFen: positiveFen,
  lateFeeFen: positiveFen.default(0),
})

/** A payment of earlier times, as its channel posted it. */
export const bookedPayment = z.strictObject({
  serial: z.string().regex(/^\d{24}$/),
  channelId: z.string().min(1).max(20),
  accountNo: accountNoField,
  amountFen: positiveFen.min(1),
  acctDate: dateField,
  settleDate: dateField,
  misRef: z.string().min(1).max(20),
  /** yyyymmddHHmmssSSS, and the same in milliseconds. */
  postedAt: z.string().regex(/^\d{17}$/),
  postedMs: z.number().int(),
  balanceFen: fen,
})
export type BookedPayment = z.infer<typeof bookedPayment>
export const mostBooked = 2_000
export const bookedPayments = z.strictObject({ payments: z.array(bookedPayment).min(1).max(mostBooked) })

export const serialAudit = z.object({
  serial: z.string(),
  kind: z.string().nullable(),
  outcome: z.enum(['posted', 'refused', 'closed']).nullable(),
  code: z.string().nullable(),
  receiveCount: count,
  applyCount: count,
  conflictCount: count,
  /** Payments with this serial that moved money, and how many of them were reversed. */
  payments: count,
  reversed: count,
  accountNo: z.string().nullable(),
  amountFen: fen.nullable(),
  settleDate: z.string().nullable(),
})
export type SerialAudit = z.infer<typeof serialAudit>

export const auditAnswer = z.object({
  serials: z.array(serialAudit),
  hasMore: z.boolean(),
  totals: z.object({
    postedCount: count,
    postedFen: fen,
    reversedCount: count,
    reversedFen: fen,
    /** Sum of all movements of balances and bills since the books began. */
    movedFen: fen,
  }),
  invariants: z.object({
    /** I1: no serial was applied more than once. */
    appliedOnce: z.object({ holds: z.boolean(), breaches: z.array(z.string()) }),
    /** I2: payments less reversals are what balances and bills moved by, account by account. */
    moneyMoved: z.object({ holds: z.boolean(), breaches: z.array(z.string()) }),
    /** I6: no serial came with two contents. */
    oneContent: z.object({ holds: z.boolean(), breaches: z.array(z.string()) }),
  }),
})
export type AuditAnswer = z.infer<typeof auditAnswer>

export const ledgerAnswer = z.object({
  payments: z.array(
    z.object({
      serial: z.string(),
      applyNo: count,
      accountNo: z.string(),
      amountFen: fen,
      acctDate: z.string(),
      settleDate: z.string(),
      misRef: z.string(),
      postedAt: z.string(),
      billsFen: fen,
      lateFeeFen: fen,
      prepaidFen: fen,
      reversedBy: z.string().nullable(),
    }),
  ),
  reversals: z.array(
    z.object({
      serial: z.string(),
      origSerial: z.string(),
      accountNo: z.string(),
      amountFen: fen,
      settleDate: z.string(),
      misRef: z.string(),
    }),
  ),
})
export type LedgerAnswer = z.infer<typeof ledgerAnswer>

export const wireLogAnswer = z.object({
  messages: z.array(
    z.object({
      n: count,
      profile: z.string(),
      conn: count,
      direction: z.enum(['in', 'out']),
      at: z.string(),
      op: z.string().nullable(),
      serial: z.string().nullable(),
      fields: z.record(z.string(), z.unknown()),
      fault: z.string().nullable(),
    }),
  ),
  hasMore: z.boolean(),
})

export const clockChange = z.strictObject({
  /** yyyymmddHHmmssSSS */
  now: z.string().optional(),
  /** Shifts the clock from where it stands. */
  offset: z.number().int().optional(),
  speed: z.number().positive().max(10_000).optional(),
})
export const clockAnswer = z.object({ now: z.string(), speed: z.number() })

export const dayAnswer = z.object({ acctDate: z.string(), dayState: z.enum(['open', 'cut', 'final']) })

export const statusAnswer = z.object({
  banner: z.string(),
  now: z.string(),
  speed: z.number(),
  acctDate: z.string(),
  dayState: z.enum(['open', 'cut', 'final']),
  behaviours: behavioursSchema,
  accounts: count,
  seed: z.number(),
})

export const standingFault = z.object({
  id: z.string(),
  name: z.string(),
  params: z.record(z.string(), z.unknown()),
  match: z.record(z.string(), z.unknown()),
  times: count,
  probability: z.number(),
  seen: count,
  left: count,
})
