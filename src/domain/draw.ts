// The draw of a station (供电所领卡): what its two documents hold, and the rules that several of its operations share.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { partActor } from '../kernel/session.ts'
import { type Asking, type Availability, available, lockCountyBalances } from './availability.ts'
import { releaseClaims } from './claim.ts'
import { advanceDocument, type Document, lockDocument } from './document.ts'
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
})
export type ApplicationBody = z.infer<typeof applicationBody>

/** 出库单 */
export const issueBody = z.object({
  /** Why less than approved is issued (CK08). */
  shortReason: z.string().nullable().default(null),
  /** The joint check: by whom, how, when. */
  check: z
    .object({ by: z.string(), staffNo: z.string(), how: z.enum(['password', 'paper']), at: z.string() })
    .nullable()
    .default(null),
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

/** Refuses an approval whose day is over, whether or not it was marked yet. */
export function refuseExpired(application: Document, now: Date): void {
  const over = application.validUntil !== null && application.validUntil <= now
  if (application.state === 'expired' || (application.state === 'approved' && over)) {
    refuse('LS05', { time: application.validUntil?.toISOString() ?? '' })
  }
}

const openIssueStates = ['picking', 'toCheck', 'checked']

/** The issue of an application that is under way, locked; null when there is none. */
export async function lockOpenIssue(tx: Tx, application: Document): Promise<Document | null> {
  const { countyId, documentId } = application
  const found = await tx
    .selectFrom('document')
    .select('documentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', 'CK')
    .where('parentId', '=', documentId)
    .where('state', 'in', openIssueStates)
    .executeTakeFirst()
  return found ? lockDocument(tx, countyId, 'CK', found.documentId) : null
}

/** An issue and its application, locked in this order by everybody: application first. */
export async function lockIssue(
  tx: Tx,
  countyId: number,
  documentId: number,
  version?: number,
): Promise<{ issue: Document; application: Document }> {
  const found = await tx
    .selectFrom('document')
    .select('parentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', 'CK')
    .where('documentId', '=', documentId)
    .executeTakeFirst()
  if (!found || found.parentId === null) return refuse('documentNotFound', { documentId })
  const application = await lockDocument(tx, countyId, 'LS', found.parentId)
  return { application, issue: await lockDocument(tx, countyId, 'CK', documentId, version) }
}

/**
 * Marks approvals whose day is over as expired, and cancels an issue that was under way with them. Returns how many.
 * What is not marked yet is refused and counted as nothing all the same, so this may run as seldom as it likes.
 */
export async function expireApprovals(tx: Tx, countyId: number, now: Date, most: number): Promise<number> {
  const due = await tx
    .selectFrom('document')
    .select('documentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', 'LS')
    .where('state', '=', 'approved')
    .where('validUntil', '<=', now)
    .orderBy('documentId')
    .limit(most)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  const worker = partActor('worker', countyId)
  for (const { documentId } of due) {
    const application = await lockDocument(tx, countyId, 'LS', documentId)
    const issue = await lockOpenIssue(tx, application)
    if (issue) {
      await releaseClaims(tx, issue)
      await advanceDocument(tx, worker, issue, 'CK', 'cancel', { note: 'expired' })
    }
    await advanceDocument(tx, worker, application, 'LS', 'expire')
  }
  return due.length
}

/** The end of the n-th local day from now: an approval is good until then. */
export async function endOfDay(tx: Tx, now: Date, days: number): Promise<Date> {
  const { rows } = await sql<{ end: Date }>`
    select ((${now}::timestamptz at time zone 'Asia/Shanghai')::date + ${days + 1}::int)::timestamp at time zone 'Asia/Shanghai' as "end"`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row.end
}
