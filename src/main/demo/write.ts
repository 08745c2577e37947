// Puts a planned history into the database: whole tables at a time, by COPY, in the transaction of one connection.

import type pg from 'pg'
import { copyCards } from '../../domain/card-file/copy-cards.ts'
import type { PinVault } from '../../domain/pin.ts'
import { type CopyValue, copyRows } from '../../kernel/copy.ts'
import type { PlanDocument } from './ledger.ts'
import type { Plan } from './plan.ts'
import { transactionSerialOf } from './recharges.ts'
import { writeCalls } from './write-calls.ts'
import { writeCustody } from './write-custody.ts'
import { writeRecharges } from './write-recharges.ts'

/** The cards of a chunk; between two chunks the node may do other things. */
const cardsAtOnce = 10_000
/** So many wrong PINs lock a card. */
const wrongPins = 5

export interface Writer {
  client: pg.ClientBase
  pins: PinVault
  node: string
}

export async function writePlan(writer: Writer, plan: Plan): Promise<void> {
  await writeDocuments(writer, plan)
  await writeBatches(writer, plan)
  await writeCards(writer, plan)
  await writeStocks(writer, plan)
  await writeCustody(writer, plan)
  await writeMoney(writer, plan)
  await writeRecharges(writer, plan)
  await writeMovements(writer, plan)
  await writeReconciliations(writer, plan)
  await writeCalls(writer, plan)
}

export const instant = (ms: number) => new Date(ms)
export const instantOrNull = (ms: number | null) => (ms === null ? null : new Date(ms))

/** Every row of a county's table begins with the county. */
export function copyOf(
  { client }: Writer,
  { setting }: Plan,
  table: string,
  columns: string,
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  const { countyId } = setting
  return copyRows(
    client,
    table,
    ['county_id', ...columns.split(' ')],
    rows.map(row => [countyId, ...row]),
  )
}

async function writeDocuments(writer: Writer, plan: Plan): Promise<void> {
  const { ledger } = plan.setting
  const { documents } = plan
  await copyOf(
    writer,
    plan,
    'document',
    'document_id kind document_no state version holder_id author_id approver_id executor_id created_at submitted_at approved_at executed_at valid_until parent_id note body',
    documents.map(one => [
      ...[one.documentId, one.kind, one.documentNo, one.state, one.version, one.holderId, one.author.operatorId],
      ...[one.approver?.operatorId ?? null, one.executor?.operatorId ?? null, instant(one.createdMs)],
      ...[one.submittedMs, one.approvedMs, one.executedMs, one.validUntilMs].map(instantOrNull),
      ...[one.parent?.documentId ?? null, one.note, one.body],
    ]),
  )
  await copyOf(
    writer,
    plan,
    'document_line',
    'document_id line_no face_value_fen quantity approved_quantity first_serial last_serial result note',
    documents.flatMap(one =>
      one.lines.map((line, place) => [
        ...[one.documentId, place + 1, line.faceValueFen, line.quantity, line.approvedQuantity ?? null],
        ...(line.range ? [ledger.serial(line.range.first), ledger.serial(line.range.last)] : [null, null]),
        ...[line.result ?? null, line.origin?.documentNo ?? line.note ?? ''],
      ]),
    ),
  )
  await copyOf(
    writer,
    plan,
    'document_step',
    'document_id step_no action from_state to_state operator_id at note',
    documents.flatMap(one =>
      one.steps.map(step => [
        ...[one.documentId, step.stepNo, step.action, step.from, step.to, step.operatorId, instant(step.ms), step.note],
      ]),
    ),
  )
  await copyOf(writer, plan, 'document_counter', 'kind day last_no', counters(documents))
}

/** The last number of each kind and day, read from the numbers given. */
function counters(documents: readonly PlanDocument[]): [string, string, number][] {
  const last = new Map<string, number>()
  for (const { documentNo } of documents) {
    if (documentNo === null) continue
    const key = documentNo.slice(0, 2) + documentNo.slice(8, 16)
    last.set(key, Math.max(last.get(key) ?? 0, Number(documentNo.slice(16))))
  }
  return [...last].map(([key, no]) => [key.slice(0, 2), key.slice(2), no])
}

async function writeBatches(writer: Writer, plan: Plan): Promise<void> {
  const { ledger, manufacturerId } = plan.setting
  const { batches, results } = plan.making
  await copyOf(
    writer,
    plan,
    'batch',
    'batch_id face_value_fen quantity first_serial last_serial expires_on manufacturer_id pin_key generated_at',
    batches.map(one => [
      ...[
        one.document.documentId,
        one.faceValueFen,
        one.quantity,
        ledger.serial(one.range.first),
        ledger.serial(one.range.last),
      ],
      ...[one.expiresOn, manufacturerId, writer.pins.currentKey, instant(one.generatedMs)],
    ]),
  )
  const next = 1 + Math.max(...batches.map(batch => batch.range.last))
  await copyOf(writer, plan, 'card_counter', 'number_digits next_number', [[8, next]])
  await copyOf(
    writer,
    plan,
    'stock_in_result',
    'document_id class first_serial last_serial reason',
    results.map(({ document, range, reason, ...one }) => [
      ...[document.documentId, one.class, ledger.serial(range.first), ledger.serial(range.last), reason],
    ]),
  )
}

/** PINs follow from the fixed seed; here, too, only their digests are kept. */
async function writeCards({ client, pins }: Writer, { setting, making }: Plan): Promise<void> {
  const { countyId, ledger } = setting
  let copying: Promise<void> = Promise.resolve()
  for (const { document, range } of making.batches) {
    for (let first = range.first; first <= range.last; first += cardsAtOnce) {
      const size = Math.min(cardsAtOnce, range.last - first + 1)
      const cards = Array.from({ length: size }, (_, place) => {
        const serial = ledger.serial(first + place)
        return { serial, pinMac: pins.digest(pins.currentKey, serial, pins.draw(serial, 12)) }
      })
      await copying
      copying = copyCards(client, { countyId, batchId: document.documentId }, cards)
      copying.catch(() => undefined)
    }
  }
  await copying
}

async function writeStocks(writer: Writer, plan: Plan): Promise<void> {
  const { ledger } = plan.setting
  await copyOf(
    writer,
    plan,
    'card_range',
    'first_serial last_serial batch_id face_value_fen state holder_id transit_document_id expires_on',
    plan.ranges.map(one => [
      ...[ledger.serial(one.first), ledger.serial(one.last), one.batch.documentId, one.faceValueFen, one.place.state],
      ...[one.place.holderId, one.transit?.documentId ?? null, one.expiresOn],
    ]),
  )
  await copyOf(
    writer,
    plan,
    'rejected_range',
    'first_serial last_serial batch_id document_id reason at',
    plan.making.rejections.map(({ batch, document, range, reason }) => [
      ...[
        ledger.serial(range.first),
        ledger.serial(range.last),
        batch.document.documentId,
        document.documentId,
        reason,
      ],
      instant(document.executedMs ?? 0),
    ]),
  )
  await writeConditions(writer, plan)
}

async function writeConditions(writer: Writer, plan: Plan): Promise<void> {
  const { ledger, calendar } = plan.setting
  const { frozen, locked } = plan.conditions
  await copyOf(
    writer,
    plan,
    'card_freeze',
    'document_id first_serial last_serial reason at',
    frozen.flatMap(({ document, ranges, reason, ms }) =>
      ranges.map(range => [
        ...[document.documentId, ledger.serial(range.first), ledger.serial(range.last), reason, instant(ms)],
      ]),
    ),
  )
  const tries = locked.map(number => [ledger.serial(number), wrongPins, instant(calendar.nowMs - 3_600_000)])
  await copyOf(writer, plan, 'card_try', 'serial wrong_count locked_at', tries)
}

async function writeMoney(writer: Writer, plan: Plan): Promise<void> {
  const { countyId, outlets, calendar } = plan.setting
  for (const [place, { holderId, kind }] of outlets.entries()) {
    const deposit = kind === 'hall' ? 0 : 500_000
    await writer.client.query(
      `update seller set agreement_no = $3, agreement_from = $4, agreement_until = $5, deposit_fen = $6, credit_limit_fen = $7
       where county_id = $1 and holder_id = $2`,
      [
        ...[countyId, holderId, `XY-${calendar.date(0).slice(0, 4)}-${String(place + 1).padStart(3, '0')}`],
        ...[calendar.date(0), calendar.date(720), deposit, plan.money.standings[place]?.creditLimitFen ?? 0],
      ],
    )
  }
  await copyOf(
    writer,
    plan,
    'seller_entry',
    'holder_id at kind method document_id amount_fen owed_change_fen paid_change_fen reference operator_id',
    plan.money.entries.map(one => [
      ...[one.holderId, instant(one.ms), one.kind, one.method, one.document?.documentId ?? null, one.amountFen],
      ...[one.owedFen, one.paidFen, one.reference, one.person.operatorId],
    ]),
  )
}

async function writeMovements(writer: Writer, plan: Plan): Promise<void> {
  const { ledger, countyId } = plan.setting
  await copyOf(
    writer,
    plan,
    'movement',
    'at kind document_id recharge_id operator_id batch_id face_value_fen first_serial last_serial from_state from_holder_id to_state to_holder_id',
    plan.movements.map(one => [
      ...[
        instant(one.ms),
        one.kind,
        one.document?.documentId ?? null,
        one.recharge?.rechargeId ?? null,
        one.operatorId,
      ],
      ...[one.batch.documentId, one.faceValueFen, ledger.serial(one.range.first), ledger.serial(one.range.last)],
      ...[one.from?.state ?? null, one.from?.holderId ?? null, one.to.state, one.to.holderId],
    ]),
  )
  await writer.client.query(
    `insert into balance (county_id, holder_id, face_value_fen, state, quantity)
     select county_id, holder_id, face_value_fen, state, sum(quantity) from (
       select county_id, to_holder_id as holder_id, face_value_fen, to_state as state, quantity from movement where county_id = $1
       union all select county_id, from_holder_id, face_value_fen, from_state, -quantity from movement
       where county_id = $1 and from_state is not null) moved
     group by 1, 2, 3, 4`,
    [countyId],
  )
}

async function writeReconciliations(writer: Writer, plan: Plan): Promise<void> {
  const { calendar, code } = plan.setting
  const { reconciliations } = plan
  await copyOf(
    writer,
    plan,
    'reconciliation',
    'day document_id ours_quantity ours_fen theirs_quantity theirs_fen agreed_quantity',
    reconciliations.map(one => [
      ...[calendar.date(one.day), one.document.documentId, one.ours.quantity, one.ours.fen],
      ...[one.theirs.quantity, one.theirs.fen, one.agreed],
    ]),
  )
  await copyOf(
    writer,
    plan,
    'reconciliation_difference',
    'day difference_no class transaction_serial account_no ours_fen theirs_fen treatment reason treated_by treated_at',
    reconciliations.flatMap(({ day, differences }) =>
      differences.map(({ recharge, ...one }, place) => [
        ...[calendar.date(day), place + 1, one.class, transactionSerialOf(code, recharge), recharge.customer.accountNo],
        ...[one.oursFen, one.theirsFen, one.treatment, one.reason, one.treatedBy, instantOrNull(one.treatedMs)],
      ]),
    ),
  )
}
