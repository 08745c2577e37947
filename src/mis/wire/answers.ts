// What each operation answers when it is accepted, and the envelope around every answer. Unknown members are ignored.

import { z } from 'zod'
import { fenField, signedFenField } from './fen.ts'
import { accountNoField, dateField, instantField, monthField, serialField } from './requests.ts'
import { wireText } from './text.ts'

/** Text of another system is cut to its field and never makes an answer unreadable. */
const text = (most: number) => z.string().transform(value => wireText(value, most))
const respCodeField = z.string().regex(/^[0-9A-Za-z]{4}$/)
const dayStateField = z.enum(['open', 'cut', 'final'])
const countField = z.number().int().min(0)

export const mostBillLines = 12
export const mostPaymentLines = 20

export const envelopeSchema = z.object({
  respCode: respCodeField,
  respText: text(60),
  messageId: z.string().max(64),
  data: z.unknown().optional(),
})
export type Envelope = z.infer<typeof envelopeSchema>

const acceptance = z.object({
  canPay: z.boolean(),
  reason: respCodeField.exactOptional(),
  minFen: fenField,
  maxFen: fenField,
  partialAllowed: z.boolean(),
  prepayAllowed: z.boolean(),
})

const postedFields = {
  misRef: text(24),
  settleDate: dateField,
  postedAt: instantField,
  balanceFen: signedFenField.exactOptional(),
  settled: z.object({ billsFen: fenField, lateFeeFen: fenField, prepaidFen: fenField }).exactOptional(),
  notices: z.array(text(20)).max(8),
}
const echoes = { serial: serialField, accountNo: accountNoField, amountFen: fenField }

const postingState = z.discriminatedUnion('postingState', [
  z.object({ postingState: z.enum(['posted', 'reversed']), ...echoes, ...postedFields }),
  z.object({ postingState: z.literal('refused'), ...echoes, reason: respCodeField }),
  z.object({ postingState: z.enum(['inProgress', 'notFound', 'closed']), ...echoes }),
])

export const answerSchemas = {
  findAccount: z.object({
    accountNo: accountNoField,
    name: text(60),
    address: text(120),
    orgCode: text(12),
    orgName: text(60),
    status: z.enum(['normal', 'closed', 'locked', 'cardMeter']),
    balanceFen: signedFenField,
    dueFen: fenField,
    lateFeeFen: fenField,
    disconnected: z.boolean(),
    acceptance,
  }),
  billsDue: z.object({
    totalDueFen: fenField,
    totalLateFeeFen: fenField,
    lines: z
      .array(
        z.object({
          billId: text(20),
          month: monthField,
          amountFen: fenField,
          lateFeeFen: fenField,
          energy: z.number().int().min(0),
          status: z.enum(['due', 'inProcess', 'paid']),
        }),
      )
      .max(mostBillLines),
    hasMore: z.boolean(),
  }),
  paymentHistory: z.object({
    lines: z
      .array(
        z.object({
          date: dateField,
          time: z.string().regex(/^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/),
          amountFen: fenField,
          kind: z.enum(['hall', 'bank', 'card', 'other']),
          misRef: text(24).exactOptional(),
          serial: serialField.exactOptional(),
        }),
      )
      .max(mostPaymentLines),
    hasMore: z.boolean(),
  }),
  postRecharge: z.object({ ...echoes, ...postedFields }),
  queryPosting: postingState,
  closeSerial: postingState,
  reverse: z.object({
    serial: serialField,
    origSerial: serialField,
    misRef: text(24),
    settleDate: dateField,
    balanceFen: signedFenField.exactOptional(),
  }),
  dayTotals: z.object({
    acctDate: dateField,
    postedCount: countField,
    postedFen: countField,
    reversedCount: countField,
    reversedFen: countField,
    dayState: dayStateField,
  }),
  signIn: z.object({ sessionId: text(24), acctDate: dateField, serverTime: instantField }),
  signOut: z.object({ acctDate: dateField }),
  heartbeat: z.object({ serverTime: instantField, acctDate: dateField, dayState: dayStateField }),
}

export type AnswerOf<O extends keyof typeof answerSchemas> = z.infer<(typeof answerSchemas)[O]>
