// What each operation is asked, as schemas: the connector sends them, the reference billing system checks them.

import { z } from 'zod'
import { fenField, movedFenField } from './fen.ts'
import { isDate, isMonth, parseInstant } from './time.ts'

export const serialField = z.string().regex(/^\d{24}$/)
export const accountNoField = z.string().regex(/^(?:\d{10}|\d{13})$/)
export const dateField = z.string().refine(isDate)
export const monthField = z.string().refine(isMonth)
export const instantField = z.string().refine(text => parseInstant(text) !== undefined)
const pageField = z.number().int().min(1).max(9_999)
const text = (most: number) => z.string().refine(value => Array.from(value).length <= most && !/[\p{Cc}|]/u.test(value))
const named = (most: number) => text(most).refine(value => value !== '')

/** An operator carries no more than this many bill lines with one posting. */
export const mostItems = 60

const head = { messageId: z.string().regex(/^[0-9A-Za-z]{24}$/), operator: named(12), requestTime: instantField }
const identity = { serial: serialField, accountNo: accountNoField, amountFen: movedFenField }

export const itemField = z.object({
  billId: named(20),
  month: monthField,
  amountFen: fenField,
  lateFeeFen: fenField,
})

export const requestSchemas = {
  findAccount: z.object({ ...head, accountNo: accountNoField }),
  billsDue: z.object({
    ...head,
    accountNo: accountNoField,
    fromMonth: monthField.exactOptional(),
    toMonth: monthField.exactOptional(),
    page: pageField,
  }),
  paymentHistory: z.object({
    ...head,
    accountNo: accountNoField,
    fromDate: dateField.exactOptional(),
    toDate: dateField.exactOptional(),
    page: pageField,
  }),
  postRecharge: z.object({
    ...head,
    ...identity,
    acctDate: dateField,
    expiresAt: instantField,
    cardTail: z.string().regex(/^\d{4}$/),
    channelKind: z.enum(['voice', 'sms', 'web', 'desk']),
    items: z.array(itemField).max(mostItems).exactOptional(),
  }),
  queryPosting: z.object({ ...head, ...identity, acctDate: dateField }),
  closeSerial: z.object({ ...head, ...identity }),
  reverse: z.object({
    ...head,
    serial: serialField,
    origSerial: serialField,
    origAcctDate: dateField,
    accountNo: accountNoField,
    amountFen: movedFenField,
    reason: text(64),
    approver1: named(12),
    approver2: named(12),
  }),
  dayTotals: z.object({ ...head, acctDate: dateField }),
  signIn: z.object(head),
  signOut: z.object(head),
  heartbeat: z.object(head),
}

export type RequestOf<O extends keyof typeof requestSchemas> = z.infer<(typeof requestSchemas)[O]>
export type PostingItem = z.infer<typeof itemField>
