// Approvals that wait to be used (已批准): good until the end of their last day, then nothing, and what was under way with them.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import { partActor } from '../kernel/session.ts'
import { releaseClaims } from './claim.ts'
import { advanceDocument, type Document, lockDocument } from './document.ts'

/** An application and the document that is made from it while it is approved. */
const pairs = {
  LS: { made: 'CK', underWay: ['picking', 'toCheck', 'checked'] },
  FS: { made: 'FK', underWay: ['inspecting'] },
} as const
export type ApplicationKind = keyof typeof pairs

/** Refuses an approval whose day is over, whether or not it was marked yet. */
export function refuseExpired(application: Document, now: Date): void {
  const over = application.validUntil !== null && application.validUntil <= now
  if (application.state !== 'expired' && !(application.state === 'approved' && over)) return
  refuse(application.kind === 'LS' ? 'LS05' : 'C14', { time: application.validUntil?.toISOString() ?? '' })
}

/** What is being made from an application (an issue, a return), locked; null when there is nothing. */
export async function lockUnderWay(tx: Tx, kind: ApplicationKind, application: Document): Promise<Document | null> {
  const { countyId, documentId } = application
  const { made, underWay } = pairs[kind]
  const found = await tx
    .selectFrom('document')
    .select('documentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', made)
    .where('parentId', '=', documentId)
    .where('state', 'in', underWay)
    .executeTakeFirst()
  return found ? lockDocument(tx, countyId, made, found.documentId) : null
}

/** What was made from an application, and that application, locked in this order by everybody: application first. */
export async function lockMade(
  tx: Tx,
  kind: ApplicationKind,
  of: { countyId: number; documentId: number; version?: number | undefined },
): Promise<{ made: Document; application: Document }> {
  const { countyId, documentId, version } = of
  const found = await tx
    .selectFrom('document')
    .select('parentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', pairs[kind].made)
    .where('documentId', '=', documentId)
    .executeTakeFirst()
  if (!found || found.parentId === null) return refuse('documentNotFound', { documentId })
  const application = await lockDocument(tx, countyId, kind, found.parentId)
  return { application, made: await lockDocument(tx, countyId, pairs[kind].made, documentId, version) }
}

/**
 * Marks approvals whose day is over as expired, cancels what was under way with them and gives their cards free.
 * Returns how many. What is not marked yet is refused and counted as nothing all the same, so this may run as seldom
 * as it likes.
 */
export async function expireApprovals(tx: Tx, countyId: number, now: Date, most: number): Promise<number> {
  const due = await tx
    .selectFrom('document')
    .select(['documentId', 'kind'])
    .where('countyId', '=', countyId)
    .where('kind', 'in', ['LS', 'FS'])
    .where('state', '=', 'approved')
    .where('validUntil', '<=', now)
    .orderBy('documentId')
    .limit(most)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  for (const { documentId, kind } of due) await expire(tx, countyId, kind === 'LS' ? 'LS' : 'FS', documentId)
  return due.length
}

async function expire(tx: Tx, countyId: number, kind: ApplicationKind, documentId: number): Promise<void> {
  const worker = partActor('worker', countyId)
  const application = await lockDocument(tx, countyId, kind, documentId)
  const made = await lockUnderWay(tx, kind, application)
  if (made) {
    await releaseClaims(tx, made)
    await advanceDocument(tx, worker, made, pairs[kind].made, 'cancel', { note: 'expired' })
  }
  await releaseClaims(tx, application)
  await advanceDocument(tx, worker, application, kind, 'expire')
}

/** The end of the n-th local day from `from`: an approval is good until then. */
export async function endOfDay(tx: Tx, from: Date, days: number): Promise<Date> {
  const { rows } = await sql<{ end: Date }>`
    select ((${from}::timestamptz at time zone 'Asia/Shanghai')::date + ${days + 1}::int)::timestamp at time zone 'Asia/Shanghai' as "end"`.execute(
    tx,
  )
  const row = rows[0]
  if (!row) throw new Error('a row without a table')
  return row.end
}
