// A slip (单据) as data for its page: the frame that all have, what the kind adds, totals, and the amount in words.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { instant } from './forms.ts'
import { capitalAmount, yuan } from './money.ts'
import { checkOf, type Printed, qrText } from './slip-check.ts'
import { contentOf } from './slip-content.ts'
import { layoutOf, type SlipName, slipLayout, slips } from './slip-layout.ts'
import { stateWord } from './slip-words.ts'

const field = z.object({ label: z.string(), value: z.string() })
const total = z.object({ faceValueFen: z.int(), quantity: z.int(), amountFen: z.int() })

export const slipShown = z.object({
  slip: z.string(),
  title: z.string(),
  countyName: z.string(),
  placeName: z.string(),
  documentNo: z.string().nullable(),
  /** Code 128 says the number alone; the QR says which print it is, with its check. Both are null on a preview of a draft. */
  code128: z.string().nullable(),
  qr: z.string().nullable(),
  check: z.string().nullable(),
  state: z.string(),
  stateWord: z.string(),
  /** Local day of the execution, else of the submission, else of the draft. */
  date: z.string(),
  people: z.array(z.object({ label: z.string(), name: z.string(), at: instant.nullable(), note: z.string() })),
  fields: z.array(field),
  lines: z.array(
    z.object({
      lineNo: z.int(),
      faceValueFen: z.int(),
      firstSerial: z.string().nullable(),
      lastSerial: z.string().nullable(),
      quantity: z.int(),
      approvedQuantity: z.int().nullable(),
      amountFen: z.int(),
      note: z.string(),
    }),
  ),
  summary: z.array(field),
  totals: z.array(total),
  quantity: z.int(),
  amountFen: z.int(),
  /** ¥小写 and 大写, as they are printed. */
  amount: z.string(),
  capitalAmount: z.string(),
  note: z.string(),
  layout: slipLayout,
  /** Null on a preview. From the second on it says 补打. */
  print: z.object({ printNo: z.int(), again: z.boolean(), by: z.string(), at: instant }).nullable(),
})
export type Slip = z.input<typeof slipShown>

export interface Wanted {
  documentId: number
  slip: SlipName
  cardByCard: boolean
}

interface Head {
  kind: string
  documentNo: string | null
  state: string
  version: number
  parentId: number | null
  parentNo: string | null
  countyName: string
  placeName: string
  author: string
  approver: string | null
  executor: string | null
  approvedAt: Date | null
  executedAt: Date | null
  submittedAt: Date | null
  createdAt: Date
  day: string
  approvalNote: string | null
  note: string
  body: unknown
}

/** The slip of a document, as it stands; for whoever has seen the document. */
export async function readSlip(tx: Tx, countyId: number, wanted: Wanted): Promise<Slip & { version: number }> {
  const { documentId, slip, cardByCard } = wanted
  const head = await headOf(tx, countyId, documentId)
  const kind = slips[slip].kind
  if (head.kind !== kind) refuse('slipOfAnotherKind', { slip })
  const lines = await tx
    .selectFrom('documentLine')
    .select(['faceValueFen', 'quantity', 'approvedQuantity', 'firstSerial', 'lastSerial', 'result', 'note'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .orderBy('lineNo')
    .execute()
  const { state, parentId, parentNo, body } = head
  const content = await contentOf(tx, {
    countyId,
    documentId,
    slip,
    state,
    parentId,
    parentNo,
    body,
    lines,
    cardByCard,
  })
  if (slip === 'destruction' && content.lines.length === 0) refuse('slipNotYet', { title: slips[slip].title })
  const { version: _version, ...layout } = await layoutOf(tx, countyId, slip)
  const { quantity, amountFen, perFace } = content.totals
  return {
    slip,
    title: slips[slip].title,
    countyName: head.countyName,
    placeName: head.placeName,
    documentNo: head.documentNo,
    code128: head.documentNo,
    qr: null,
    check: null,
    state,
    stateWord: stateWord(kind, state),
    date: head.day,
    people: peopleOf(head),
    fields: content.fields,
    lines: content.lines,
    summary: content.summary,
    totals: perFace,
    quantity,
    amountFen,
    amount: `¥${yuan(amountFen)}`,
    capitalAmount: `人民币${capitalAmount(amountFen)}`,
    note: head.note,
    layout,
    print: null,
    version: head.version,
  }
}

async function headOf(tx: Tx, countyId: number, documentId: number): Promise<Head> {
  const { rows } = await sql<Head>`
    select d.kind, d.document_no, d.state, d.version, d.parent_id, p.document_no as parent_no, d.note, d.body,
      county.name as county_name, h.name as place_name, author.name as author,
      coalesce(approver.name, before.name) as approver, executor.name as executor,
      coalesce(d.approved_at, case when before.name is not null then p.approved_at end) as approved_at, d.executed_at, d.submitted_at, d.created_at,
      (coalesce(d.executed_at, d.submitted_at, d.created_at) at time zone 'Asia/Shanghai')::date::text as day,
      (select s.note from document_step s where s.county_id = d.county_id and s.document_id = d.document_id
        and s.action in ('approve', 'reject') order by s.step_no desc limit 1) as approval_note
    from document d
    join county on county.county_id = d.county_id
    join holder h on h.county_id = d.county_id and h.holder_id = d.holder_id
    join operator author on author.county_id = d.county_id and author.operator_id = d.author_id
    left join operator approver on approver.county_id = d.county_id and approver.operator_id = d.approver_id
    left join operator executor on executor.county_id = d.county_id and executor.operator_id = d.executor_id
    left join document p on p.county_id = d.county_id and p.document_id = d.parent_id
    -- An issue or a return was approved as its application was.
    left join operator before on before.county_id = p.county_id and before.operator_id = p.approver_id and d.kind in ('CK', 'FK')
    where d.county_id = ${countyId} and d.document_id = ${documentId}`.execute(tx)
  return rows[0] ?? refuse('documentNotFound', { documentId })
}

/** Kinds whose life has an approval; the others print 「无需审批」. */
const approved: readonly string[] = ['ZK', 'ZF', 'LS', 'FS']

function peopleOf(head: Head): Slip['people'] {
  const { author, approver, executor, approvedAt, executedAt, submittedAt, createdAt } = head
  const approval = approver ?? (approved.includes(head.kind) ? '' : '无需审批')
  return [
    { label: '制单', name: author, at: submittedAt ?? createdAt, note: '' },
    { label: '审批', name: approval, at: approvedAt, note: head.approvalNote ?? '' },
    { label: '执行', name: executor ?? '', at: executedAt, note: '' },
  ]
}

/**
 * Counts a print and puts it on the paper; the document is locked. The QR says which print this is, so that whoever
 * scans an earlier one sees that there is a later.
 */
export async function printSlip(
  tx: Tx,
  actor: Actor & { operatorId: number },
  wanted: Wanted,
  { key, address, at }: { key: Buffer; address: string; at: Date },
): Promise<Slip> {
  const { countyId, operatorId } = actor
  const { documentId, slip } = wanted
  const { version, ...shown } = await readSlip(tx, countyId, wanted)
  const { documentNo, quantity, amountFen } = shown
  if (documentNo === null) return refuse('printNeedsNumber')
  const { last } = await tx
    .selectFrom('documentPrint')
    .select(eb => eb.fn.max('printNo').as('last'))
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where('slip', '=', slip)
    .executeTakeFirstOrThrow()
  const printNo = (last ?? 0) + 1
  await tx
    .insertInto('documentPrint')
    .values({ countyId, documentId, slip, printNo, printedBy: operatorId, at, version, quantity, amountFen })
    .execute()
  const printed: Printed = { documentNo, slip, printNo, version, quantity, amountFen }
  const check = checkOf(key, printed)
  return {
    ...shown,
    qr: qrText(address, printed, check),
    check,
    print: { printNo, again: printNo > 1, by: actor.name, at },
  }
}
