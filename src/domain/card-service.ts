// Services on cards (卡片业务受理单): what the document holds, and what freezing, thawing, extending and exchanging share.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { masked, maskMiddle } from '../kernel/redact.ts'
import { refuse } from '../kernel/refusal.ts'
import { singleHolder } from './county.ts'
import { custodyPlace } from './custody.ts'
import { createDocument, type Document, lockDocument } from './document.ts'
import { readRanges } from './document-lines.ts'
import { commonRanges, joinRanges, type SerialRange, subtractRanges } from './range.ts'
import type { HeldRange } from './range-check.ts'
import { ownPlace } from './visibility.ts'

export const cardServices = ['freeze', 'unfreeze', 'unlock', 'extend', 'exchange'] as const
export type CardService = (typeof cardServices)[number]

/** Why, in the words that slips print and that a frozen card is refused with. */
export const serviceReasons = {
  lost: '挂失',
  stolen: '被盗',
  disputed: '争议',
  lockedByMistake: '误锁',
  expiring: '到期',
  damaged: '破损',
  other: '其他',
} as const
export type ServiceReason = keyof typeof serviceReasons
export const serviceReason = z.enum(Object.keys(serviceReasons) as [ServiceReason, ...ServiceReason[]])

/** The customer who asks (申请人), with the paper that proves who that is. */
export const applicant = z.strictObject({
  name: masked(z.string().trim().min(1).max(30)),
  identityNo: masked(z.string().trim().max(30)).default(''),
  phone: masked(z.string().regex(/^\d{5,15}$/)).optional(),
})

const range = z.object({ firstSerial: z.int(), lastSerial: z.int() })

export const serviceBody = z.object({
  service: z.enum(cardServices),
  reason: serviceReason,
  applicant: applicant.nullable().default(null),
  /** Numbers of the documents whose freezes were lifted. */
  lifted: z.array(z.string()).default([]),
  /** The new last day of an extension. */
  expiresOn: z.string().nullable().default(null),
  exchange: z
    .object({
      sellerId: z.int(),
      sellerName: z.string(),
      newRanges: z.array(range),
      /** Where the old cards lie now; null when they were lost and their sale had a named buyer. */
      custody: custodyPlace.nullable(),
      voidDocumentNo: z.string().nullable(),
    })
    .nullable()
    .default(null),
})
export type ServiceBody = z.infer<typeof serviceBody>

/** What everybody sees of an applicant: the first character of the name, the ends of the numbers. */
export function maskedApplicant(person: z.infer<typeof applicant> | null) {
  if (person === null) return null
  const { name, identityNo, phone } = person
  return { name: `${name.slice(0, 1)}**`, identityNo: maskMiddle(identityNo), phone: phone && maskMiddle(phone) }
}

/** Whoever asks for something without a word of its own in the list says what it is. */
export function requireReason(reason: ServiceReason, note: string): void {
  if (reason === 'other' && note.trim() === '') refuse('C11', { field: '附注' })
}

/** A service of the actor's own place: a station's, or the county's. */
export async function openService(tx: Tx, actor: Actor, body: z.input<typeof serviceBody>, note: string) {
  const holderId =
    actor.role === 'stationCardAdmin' ? ownPlace(actor) : await singleHolder(tx, actor.countyId, 'county')
  return createDocument(tx, actor, { kind: 'KF', holderId, note, body: serviceBody.parse(body) })
}

/** The lines of a document over these cards, by face value. */
export function linesOf(held: readonly HeldRange[], ranges: readonly SerialRange[]) {
  const wanted = joinRanges(ranges)
  return held.flatMap(row => commonRanges(row, wanted).map(range => ({ ...range, faceValueFen: row.faceValueFen })))
}

/** Cards of these ranges that are used for good, however many, joined. */
export async function usedRanges(tx: Tx, countyId: number, ranges: readonly SerialRange[]): Promise<SerialRange[]> {
  const { rows } = await sql<SerialRange>`
    select lower(span) as first_serial, upper(span) - 1 as last_serial from (
      select unnest(range_agg(int8range(u.serial, u.serial, '[]'))) as span
      from unnest(${ranges.map(r => r.firstSerial)}::bigint[], ${ranges.map(r => r.lastSerial)}::bigint[]) w(f, l)
      join card_use u on u.county_id = ${countyId} and u.serial between w.f and w.l
      where u.stamped_at is not null) spans order by 1`.execute(tx)
  return rows
}

/** A rejected service sent again with other cards, or a new one. */
export async function reopenOrOpen(
  tx: Tx,
  actor: Actor,
  asked: z.input<typeof serviceBody>,
  { note, again }: { note: string; again?: { documentId: number; version?: number | undefined } | undefined },
): Promise<{ document: Document; body: ServiceBody }> {
  const body = serviceBody.parse(asked)
  if (!again) return { document: await openService(tx, actor, asked, note), body }
  const opened = await lockService(tx, actor.countyId, again.documentId, again.version)
  if (opened.body.service !== body.service) refuse('documentNotFound', { documentId: again.documentId })
  return { document: opened.document, body }
}

/** A service, locked, with the cards it is about; those that are given for them in an exchange are in its body. */
export async function lockService(tx: Tx, countyId: number, documentId: number, version?: number) {
  const document: Document = await lockDocument(tx, countyId, 'KF', documentId, version)
  const body = serviceBody.parse(document.body)
  const lines = await readRanges(tx, document)
  const given = body.exchange?.newRanges ?? []
  return { document, body, ranges: subtractRanges(lines, given) }
}
