// The faults that can be ordered, each with its parameters. All times are by the billing system's clock.

import { z } from 'zod'

const ms = z.number().int().min(0)
const code = z.string().regex(/^\d{4}$/)

export const faultParams = {
  /** Answers late, before or after doing what was asked. */
  slow: z.object({ delayMs: ms, stage: z.enum(['beforeApply', 'afterApply']).default('beforeApply') }),
  /** The message is read, nothing is done, nothing is answered. */
  dropRequest: z.object({}),
  /** Done, but not answered. */
  dropReply: z.object({}),
  /** The connection is reset before, or after, doing it. */
  closeBefore: z.object({}),
  closeAfter: z.object({}),
  /** So many bytes of the answer, then silence. */
  halfReply: z.object({ bytes: z.number().int().min(0).default(40) }),
  duplicateReply: z.object({ count: z.number().int().min(2).max(10).default(3) }),
  /** Handled, and the same message handled once more later. */
  duplicateDelivery: z.object({ delayMs: ms.default(0) }),
  /** The message is kept and handled only later. */
  delayedDelivery: z.object({ delayMs: ms }),
  /** The answer, rightly signed, speaks of something else. */
  wrongCorrelation: z.object({ field: z.enum(['serial', 'amount', 'account']).default('serial') }),
  refuse: z.object({ code }),
  /** A code that stands in no list. */
  errorCode: z.object({ code: code.default('9001'), applied: z.boolean().default(false) }),
  badMac: z.object({ field: z.enum(['sign', 'digest', 'nonce', 'time', 'missing']).default('sign') }),
  /** `field`: that member is missing; without it the body is cut in the middle. */
  badFormat: z.object({ field: z.string().max(20).optional() }),
  replayReject: z.object({}),
  keyExpired: z.object({}),
  notSignedIn: z.object({}),
  busy: z.object({}),
  /** The port is closed, or connections are taken and never read. Begins at once, or after answering what it matches. */
  connectRefuse: z.object({ ms }),
  blackhole: z.object({ ms }),
  /** The process is killed in the middle of a matching message and comes back later. */
  restart: z.object({ downMs: ms, at: z.enum(['beforeCommit', 'afterCommit']) }),
  /** Questions for a serial fail. With `ms` for so long, whatever `times` says. */
  queryDown: z.object({ ms: ms.optional() }),
  /** A posted serial is denied until so long after it was posted. */
  queryLies: z.object({ ms, state: z.enum(['notFound', 'inProgress']).default('notFound') }),
  /** The day is cut just before the message is handled. */
  dayCut: z.object({}),
  /** The clock is wrong by so much for this message. */
  clockSkew: z.object({ ms: z.number().int() }),
  /** A bare answer of something in between, without signature. */
  httpStatus: z.object({ status: z.number().int().min(200).max(599), applied: z.boolean().default(false) }),
  /** The newest unpaid bill changes: before a posting is handled, after a question was answered. */
  billChange: z.object({ accountNo: z.string().optional(), deltaFen: z.number().int() }),
}

export type FaultName = keyof typeof faultParams

export const faultPlan = z.object(faultParams).partial()
/** What is to go wrong with one message. */
export type FaultPlan = z.infer<typeof faultPlan>

export const faultOrder = z
  .object({
    id: z.string().min(1).max(40).optional(),
    name: faultPlan.keyof(),
    params: z.record(z.string(), z.unknown()).default({}),
    match: z
      .object({
        profile: z.string(),
        op: z.string(),
        accountNo: z.string(),
        serial: z.string(),
        /** Begins with the n-th message that matches. */
        nth: z.number().int().min(1),
      })
      .partial()
      .default({}),
    times: z.number().int().min(1).max(1_000_000).default(1),
    probability: z.number().min(0).max(1).default(1),
  })
  .transform((order, context) => {
    const plan = faultPlan.safeParse({ [order.name]: order.params })
    if (plan.success) return { ...order, plan: plan.data }
    context.addIssue({ code: 'custom', message: z.prettifyError(plan.error) })
    return z.NEVER
  })

export type FaultOrder = z.infer<typeof faultOrder>
