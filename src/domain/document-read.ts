// Reading documents: pages of heads, and one with its lines and steps; a station sees its own only.

import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { type DocumentFilter, documentsFound } from './document-filter.ts'
import type { documentDetails, documentHead, documentLine, documentStep, stateCounts } from './document-forms.ts'
import { type DocumentKind, documentKinds } from './document-life.ts'
import { printSerial } from './serial.ts'
import { visibleHolders } from './visibility.ts'

export type DocumentHead = z.input<typeof documentHead>

/** When a document came into the state it is in. */
const sinceInState = sql`
  left join lateral (
    select max(x.at) as at from document_step x where x.county_id = d.county_id and x.document_id = d.document_id
      and x.to_state = d.state and x.from_state is distinct from x.to_state) s on true`

export const documentHeads = sql`
  select d.document_id, d.kind, d.document_no, d.state, d.version, d.holder_id, h.name as holder_name, d.parent_id,
    p.document_no as parent_no, author.name as author, approver.name as approver, executor.name as executor,
    d.created_at, d.submitted_at, d.approved_at, d.executed_at, d.valid_until, d.note,
    coalesce(l.quantity, b.quantity, 0)::int as quantity,
    coalesce(l.amount_fen, b.quantity::bigint * b.face_value_fen, 0)::bigint as amount_fen,
    coalesce(l.face_values, case when b.batch_id is not null
      then jsonb_build_array(jsonb_build_object('faceValueFen', b.face_value_fen, 'quantity', b.quantity)) end, '[]') as face_values,
    coalesce(s.at, d.created_at) as since
  from document d
  join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
  join operator author on author.county_id = d.county_id and author.operator_id = d.author_id
  left join operator approver on approver.county_id = d.county_id and approver.operator_id = d.approver_id
  left join operator executor on executor.county_id = d.county_id and executor.operator_id = d.executor_id
  left join document p on p.county_id = d.county_id and p.document_id = d.parent_id
  left join batch b on b.county_id = d.county_id and b.batch_id = d.document_id
  left join lateral (
    select sum(quantity) as quantity, sum(quantity * face_value_fen) as amount_fen,
      jsonb_agg(jsonb_build_object('faceValueFen', face_value_fen, 'quantity', quantity) order by face_value_fen) as face_values
    from (select face_value_fen, sum(quantity) as quantity from document_line x
      where x.county_id = d.county_id and x.document_id = d.document_id group by 1) per_face) l on true
  ${sinceInState}`

export interface Page extends DocumentFilter {
  beforeId?: number | undefined
  limit: number
}

/** Heads of one kind, newest first. `only` narrows by more conditions on `document d`. */
export async function listDocuments(
  tx: Tx,
  actor: Actor,
  kind: DocumentKind,
  page: Page,
  only: RawBuilder<unknown> = sql`true`,
): Promise<DocumentHead[]> {
  const { rows } = await sql<DocumentHead>`
    ${documentHeads}
    where d.county_id = ${actor.countyId} and d.kind = ${kind} and ${documentsFound(actor, page)} and ${only}
      and (${page.states ?? null}::text[] is null or d.state = any(${page.states ?? null}::text[]))
      and d.document_id < ${page.beforeId ?? 2_147_483_647}
    order by d.document_id desc limit ${page.limit}`.execute(tx)
  return rows
}

/** Heads by any condition on `document d` and its `holder h`, the one that has waited longest first. */
export async function longestWaiting(
  tx: Tx,
  countyId: number,
  only: RawBuilder<boolean>,
  limit: number,
): Promise<DocumentHead[]> {
  const { rows } = await sql<DocumentHead>`
    ${documentHeads} where d.county_id = ${countyId} and ${only} order by since, d.document_id limit ${limit}`.execute(
    tx,
  )
  return rows
}

/** How many documents a condition lets through by kind and state, and since when the oldest has been in it. */
export async function countWaiting(tx: Tx, countyId: number, only: RawBuilder<boolean>) {
  const { rows } = await sql<{ kind: string; state: string; quantity: number; oldest: Date }>`
    select d.kind, d.state, count(*)::int as quantity, min(coalesce(s.at, d.created_at)) as oldest
    from document d join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
    ${sinceInState}
    where d.county_id = ${countyId} and ${only} group by 1, 2 order by 4, 1, 2`.execute(tx)
  return rows
}

/** The attendant sees services on cards; the card people see every kind. */
const attendantKinds: readonly DocumentKind[] = ['KF']

/** Which kind a document is that the actor may see; refuses where there is none. */
export async function seenKind(tx: Tx, actor: Actor, documentId: number): Promise<DocumentKind> {
  const { rows } = await sql<{ kind: string }>`
    select d.kind from document d join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
    where d.county_id = ${actor.countyId} and d.document_id = ${documentId} and d.state <> 'discarded'
      and ${visibleHolders(actor)}`.execute(tx)
  const kinds = actor.role === 'hotlineAttendant' ? attendantKinds : documentKinds
  return kinds.find(kind => kind === rows[0]?.kind) ?? refuse('documentNotFound', { documentId })
}

/** How many documents the filter lets through in each state, whatever states it names. */
export async function countStates(
  tx: Tx,
  actor: Actor,
  kind: DocumentKind,
  filter: DocumentFilter,
  only: RawBuilder<unknown> = sql`true`,
): Promise<z.input<typeof stateCounts>> {
  const { rows } = await sql<{ state: string; quantity: number }>`
    select d.state, count(*)::int as quantity from document d
    join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
    where d.county_id = ${actor.countyId} and d.kind = ${kind} and ${documentsFound(actor, filter)} and ${only}
    group by 1 order by 1`.execute(tx)
  return rows
}

/** Most lines shown; the head's quantity and amount are always of all. */
const mostLines = 5_000

/** One document that the actor may see, with lines and steps. */
export async function readDocument(
  tx: Tx,
  actor: Actor,
  kind: DocumentKind,
  documentId: number,
): Promise<z.input<typeof documentDetails>> {
  const { countyId } = actor
  const { rows } = await sql<DocumentHead>`
    ${documentHeads}
    where d.county_id = ${countyId} and d.kind = ${kind} and d.document_id = ${documentId} and ${visibleHolders(actor)}`.execute(
    tx,
  )
  const head = rows[0] ?? refuse('documentNotFound', { documentId })
  const lines = await readLines(tx, countyId, [documentId])
  const steps = await sql<z.input<typeof documentStep>>`
    select s.action, s.from_state, s.to_state, o.name as operator, s.at, s.note
    from document_step s left join operator o on o.county_id = s.county_id and o.operator_id = s.operator_id
    where s.county_id = ${countyId} and s.document_id = ${documentId} order by s.step_no`.execute(tx)
  return { head, lines: lines.get(documentId) ?? [], steps: steps.rows }
}

/** What documents hold besides their lines, by document; each kind has a schema of its own for it. */
export async function readBodies(
  tx: Tx,
  countyId: number,
  documentIds: readonly number[],
): Promise<Map<number, unknown>> {
  const rows = await tx
    .selectFrom('document')
    .select(['documentId', 'body'])
    .where('countyId', '=', countyId)
    .where('documentId', 'in', [0, ...documentIds])
    .execute()
  return new Map(rows.map(row => [row.documentId, row.body]))
}

/** Refuses a document that the actor may not see as one that is not there. */
export async function refuseUnseen(tx: Tx, actor: Actor, documentId: number): Promise<void> {
  const { rows } = await sql`
    select from document d join holder h using (county_id, holder_id)
    where d.county_id = ${actor.countyId} and d.document_id = ${documentId} and ${visibleHolders(actor)}`.execute(tx)
  if (rows.length === 0) refuse('documentNotFound', { documentId })
}

/** The lines of documents that the actor may see, by document; so many in all, those of the newest first. */
export async function readLines(
  tx: Tx,
  countyId: number,
  documentIds: readonly number[],
): Promise<ReadonlyMap<number, Line[]>> {
  const rows = await tx
    .selectFrom('documentLine')
    .select(['documentId', 'lineNo', 'faceValueFen', 'quantity', 'approvedQuantity', 'firstSerial', 'lastSerial'])
    .select(['result', 'note'])
    .where('countyId', '=', countyId)
    .where('documentId', 'in', [0, ...documentIds])
    .orderBy('documentId', 'desc')
    .orderBy('lineNo')
    .limit(mostLines)
    .execute()
  const lines = new Map<number, Line[]>()
  for (const { documentId, ...line } of rows) {
    const of = lines.get(documentId)
    if (of) of.push(printedLine(line))
    else lines.set(documentId, [printedLine(line)])
  }
  return lines
}

type Line = z.input<typeof documentLine>
type StoredLine = Omit<Line, 'firstSerial' | 'lastSerial'> & { firstSerial: number | null; lastSerial: number | null }

function printedLine(line: StoredLine): Line {
  const printed = (serial: number | null) => (serial === null ? null : printSerial(serial))
  return { ...line, firstSerial: printed(line.firstSerial), lastSerial: printed(line.lastSerial) }
}

/** What only a document of its kind holds; for whoever has read the document already. */
export async function documentBody(tx: Tx, countyId: number, documentId: number): Promise<unknown> {
  const { body } = await tx
    .selectFrom('document')
    .select('body')
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .executeTakeFirstOrThrow()
  return body
}

/** Every print of a document's slips; for whoever has read it already. */
export function printsOf(tx: Tx, countyId: number, documentId: number) {
  return tx
    .selectFrom('documentPrint as p')
    .innerJoin('operator as o', join =>
      join.onRef('o.countyId', '=', 'p.countyId').onRef('o.operatorId', '=', 'p.printedBy'),
    )
    .select(['p.slip', 'p.printNo', 'o.name as printedBy', 'p.at'])
    .where('p.countyId', '=', countyId)
    .where('p.documentId', '=', documentId)
    .orderBy('p.at')
    .execute()
}
