// The draw of a station (供电所领卡): what its two documents hold, and the rules that several of its operations share.

import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { lockMade } from './approval.ts'
import { type Asking, type Availability, available, lockCountyBalances } from './availability.ts'
import { badRange } from './bad-cards.ts'
import type { Document } from './document.ts'
import { yuan } from './money.ts'

/** The receiving clerk (领卡员): a named person of the station, with or without a sign-in. */
export const receiver = z.strictObject({
  name: z.string().min(1).max(30),
  staffNo: z.string().min(1).max(20),
  phone: z
    .string()
    .regex(/^\d{5,15}$/)
    .optional(),
})

const availability = z.object({
  faceValueFen: z.int(),
  stock: z.int(),
  others: z.int(),
  own: z.int(),
  available: z.int(),
})
export const availabilityRow = availability

/** 领卡申请单 */
export const applicationBody = z.object({
  receiver: receiver.nullable(),
  wantedOn: z.string().nullable(),
  purpose: z.string(),
  /** What was available when it was submitted, and when it was approved: printed on the slip. */
  atSubmission: z.array(availability).default([]),
  atApproval: z.array(availability).default([]),
  /** 领卡员由甲改为乙; `version` is the first that bears the new name: prints of earlier ones open nothing any more. */
  receiverChanges: z
    .array(z.object({ from: z.string(), to: z.string(), by: z.string(), at: z.string(), version: z.int() }))
    .default([]),
  /** 展期: the last day it is good for now, given once. */
  extension: z.object({ until: z.string(), by: z.string(), at: z.string() }).nullable().default(null),
})
export type ApplicationBody = z.infer<typeof applicationBody>

/** 出库单 */
export const issueBody = z.object({
  /** Why less than approved is issued (CK08). */
  shortReason: z.string().nullable().default(null),
  /** 剔除坏卡: found bad while picking; still the county's. */
  excluded: z.array(badRange).default([]),
  /** The joint check: by whom, how, when, and what it found. */
  check: z
    .object({
      by: z.string(),
      staffNo: z.string(),
      how: z.enum(['password', 'paper']),
      at: z.string(),
      conclusion: z.string().default(''),
    })
    .nullable()
    .default(null),
  sealNo: z.string().default(''),
  /** Who took the cards in at the station. */
  acceptance: z.object({ by: z.string(), staffNo: z.string(), at: z.string() }).nullable().default(null),
  /** What the station refused, and what became of it. */
  refusals: z.array(badRange.extend({ settled: z.enum(['takenBack', 'voided']).nullable().default(null) })).default([]),
})
export type IssueBody = z.infer<typeof issueBody>

/** Locks the balances of these face values and says what each may have; see availability.ts. */
export async function availableNow(
  tx: Tx,
  asking: Asking,
  faceValuesFen: readonly number[],
): Promise<Map<number, Availability>> {
  await lockCountyBalances(tx, asking.countyId, faceValuesFen)
  const rows = await available(tx, asking, faceValuesFen)
  return new Map(rows.map(row => [row.faceValueFen, row]))
}

/** The words of LS01 for one face value. */
export function shortageOf({ faceValueFen, available: max, stock, others, own }: Availability) {
  return { v: yuan(faceValueFen), max: Math.max(0, max), a: stock, b: others, c: own }
}

/** An issue and its application, locked. */
export async function lockIssue(
  tx: Tx,
  countyId: number,
  documentId: number,
  version?: number,
): Promise<{ issue: Document; application: Document }> {
  const { made, application } = await lockMade(tx, 'LS', { countyId, documentId, version })
  return { issue: made, application }
}
