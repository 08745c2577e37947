// Cards on the road (在途): taken in by their station in whole or in part, and what becomes of those it refused.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import type { BadRange } from './bad-cards.ts'
import { type VoidDraft, voidFromTransit } from './card-void.ts'
import { singleHolder } from './county.ts'
import { advanceDocument, type Document, operatorOf, recordStep, refuseMoved } from './document.ts'
import type { DocumentAnswer } from './document-forms.ts'
import { readRanges } from './document-lines.ts'
import { type IssueBody, issueBody, lockIssue } from './draw.ts'
import { commonRanges, joinRanges, type SerialRange, subtractRanges, totalQuantity } from './range.ts'
import { heldRanges } from './range-check.ts'
import { endTransit, lockBatches, moveCards } from './stock.ts'
import { ownPlace } from './visibility.ts'

type Faced = SerialRange & { faceValueFen: number }

export interface Arrival {
  issue: Document
  application: Document
  issued: Faced[]
}

/** An issue in transit to the actor's own station, with the cards it brought. */
export async function lockArrival(tx: Tx, actor: Actor, documentId: number, version?: number): Promise<Arrival> {
  const { issue, application } = await lockIssue(tx, actor.countyId, documentId)
  if (issue.holderId !== ownPlace(actor)) refuse('documentNotFound', { documentId })
  await refuseMoved(tx, issue, version)
  return { issue, application, issued: await readRanges(tx, issue) }
}

/** Takes the cards of an issue into the station's stock, but for those it refuses: they stay in transit. */
export async function takeIn(
  tx: Tx,
  actor: Actor,
  { issue, application, issued }: Arrival,
  refused: readonly BadRange[],
  at: Date,
): Promise<Document> {
  const { countyId, documentId, holderId } = issue
  const body: IssueBody = {
    ...issueBody.parse(issue.body),
    acceptance: { by: actor.name, staffNo: actor.staffNo ?? '', at: at.toISOString() },
    refusals: refused.map(range => ({ ...range, settled: null })),
  }
  const changed = await advanceDocument(tx, actor, issue, 'CK', refused.length > 0 ? 'acceptPart' : 'accept', { body })
  const ranges = subtractRanges(issued, refused)
  if (ranges.length > 0) {
    await endTransit(tx, { countyId, documentId, operatorId: operatorOf(actor), at, ranges, toHolderId: holderId })
  }
  await advanceDocument(tx, actor, application, 'LS', 'finish')
  return changed
}

interface Settlement {
  takeBack: readonly SerialRange[]
  voided: { form: VoidDraft['form']; ranges: readonly SerialRange[] } | null
  note: string
  at: Date
}

/** Moves refused cards back to the county or makes them void; once none is in transit any more, the issue is settled. */
export async function settleRefused(
  tx: Tx,
  actor: Actor,
  issue: Document,
  { takeBack, voided, note, at }: Settlement,
): Promise<DocumentAnswer & { takenBack: number; voided: number; open: number }> {
  const { countyId, documentId, holderId, state } = issue
  if (state !== 'partlyAccepted') refuse('documentState', { state, action: 'settle' })
  const body = issueBody.parse(issue.body)
  await lockBatches(tx, countyId, body.refusals)
  const ended = [...takeBack, ...(voided?.ranges ?? [])]
  const stillOpen = body.refusals.filter(range => range.settled === null)
  if (subtractRanges(ended, stillOpen).length > 0) refuse('notInTransit')
  if (takeBack.length > 0) {
    await moveCards(tx, {
      countyId,
      kind: 'stationReturn',
      ranges: takeBack,
      fromHolderId: holderId,
      toHolderId: await singleHolder(tx, countyId, 'county'),
      documentId,
      operatorId: operatorOf(actor),
      at,
      transitDocumentId: documentId,
    })
  }
  if (voided) await voidFromTransit(tx, actor, issue, voided, at)
  const refusals = await outcomes(tx, issue, body.refusals)
  const count = (settled: 'takenBack' | 'voided' | null) =>
    totalQuantity(refusals.filter(one => one.settled === settled))
  const open = count(null)
  if (ended.length === 0 && open > 0) refuse('refusedOpen', { n: open })
  const more = { note, body: { ...body, refusals } }
  const changed =
    open === 0
      ? await advanceDocument(tx, actor, issue, 'CK', 'settle', more)
      : await recordStep(tx, actor, issue, 'takeBack', more)
  return { ...changed, takenBack: count('takenBack'), voided: count('voided'), open }
}

/** What became of each refused card by now, as ranges cut where that differs: the journal and the ranges say. */
async function outcomes(tx: Tx, issue: Document, refusals: IssueBody['refusals']): Promise<IssueBody['refusals']> {
  const { countyId, documentId } = issue
  const held = await heldRanges(tx, countyId, joinRanges(refusals))
  const inTransit = held.filter(row => row.transitDocumentId === documentId)
  const { rows: back } = await sql<SerialRange>`
    select first_serial, last_serial from movement
    where county_id = ${countyId} and document_id = ${documentId} and kind = 'stationReturn'`.execute(tx)
  const takenBack = joinRanges(back)
  return refusals.flatMap(({ settled: _, ...refusal }) => {
    const open = joinRanges(inTransit.flatMap(row => commonRanges(refusal, [row])))
    const returned = commonRanges(refusal, takenBack)
    const voided = subtractRanges([refusal], [...open, ...returned])
    const as = (ranges: readonly SerialRange[], settled: 'takenBack' | 'voided' | null) =>
      ranges.map(range => ({ ...refusal, ...range, settled }))
    return [...as(open, null), ...as(returned, 'takenBack'), ...as(voided, 'voided')].sort(
      (a, b) => a.firstSerial - b.firstSerial,
    )
  })
}
