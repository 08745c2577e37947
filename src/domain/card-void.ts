// Voiding cards (卡作废): what the document holds, whose cards it may name, and the move to 作废 with the custody register.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'
import { activeStates, type HolderKind, type RangeState } from './card.ts'
import { freezeCards, thawCards } from './card-freeze.ts'
import { claimRanges, releaseClaims } from './claim.ts'
import { singleHolder } from './county.ts'
import { type CustodyPlace, custodyPlace, takeIntoCustody } from './custody.ts'
import { advanceDocument, createDocument, type Document, lockDocument, operatorOf, setBody } from './document.ts'
import { writeRanges } from './document-lines.ts'
import { refuseUnseen } from './document-read.ts'
import { yuan } from './money.ts'
import { person } from './persons.ts'
import { commonRanges, joinRanges, quantityOf, type SerialRange, totalQuantity } from './range.ts'
import { findFaults, type HeldRange, heldRanges, type RangeFault, refuseFaults } from './range-check.ts'
import { lockBatches, moveCards } from './stock.ts'
import { visibleHolders } from './visibility.ts'

/** 印刷缺陷 密码层破损 污损 丢失 被盗 盘亏 检验不合格 到期 其他 */
export const voidReasons = [
  'printDefect',
  'pinLayerDamaged',
  'soiled',
  'lost',
  'stolen',
  'stocktakeShort',
  'inspectionFailed',
  'expired',
  'other',
] as const
export type VoidReason = (typeof voidReasons)[number]

/** Reasons that need the story told (经过). */
const toldReasons: readonly VoidReason[] = ['lost', 'stolen', 'other']
const shortestStory = 10

/** What becomes of the money of active cards (资金处理): 换卡 退款 责任人赔偿 公司核销. */
export const voidMoney = z.strictObject({
  treatment: z.enum(['exchange', 'refund', 'compensation', 'writeOff']),
  /** The new cards' document, the receipt, the decision. */
  reference: z.string().trim().max(60).default(''),
})

/** What is said of the cards, by the author or, where it is still missing, by finance at the execution. */
export const voidTreatment = {
  money: voidMoney.nullable().default(null),
  /** Who answers for inactive cards, and who pays for active ones where the responsible person does. */
  responsible: person.nullable().default(null),
  custody: custodyPlace.nullable().default(null),
}

export const voidForm = {
  reason: z.enum(voidReasons),
  /** 有无实物: whether the cards are here, to be kept in custody. */
  physical: z.boolean(),
  /** 经过 */
  story: z.string().trim().max(1_000).default(''),
  ...voidTreatment,
}

const holderOfVoid = z.object({ holderId: z.int(), name: z.string(), state: z.string() })

/** 作废单: its lines bear the state the cards were in (`result`) and whose they were (`note`). */
export const voidBody = z.object({ ...voidForm, holders: z.array(holderOfVoid).default([]) })
export type VoidBody = z.output<typeof voidBody>

export const editableVoidStates: readonly string[] = ['draft', 'rejected', 'withdrawn']

const voidableKinds: readonly HolderKind[] = ['county', 'station', 'seller', 'hall', 'customer']
const voidable: readonly RangeState[] = ['county', 'station', 'seller', 'customer']

/** Everybody whose cards the actor may name: the county's people all, a station itself and its sellers and halls. */
async function holdersInReach(tx: Tx, actor: Actor): Promise<Map<number, string>> {
  const { rows } = await sql<{ holderId: number; name: string }>`
    select h.holder_id, h.name from holder h
    where h.county_id = ${actor.countyId} and h.kind = any(${[...voidableKinds]}::text[]) and ${visibleHolders(actor)}`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.holderId, row.name]))
}

/** Locks a void that the actor may see; to everybody else it is not there. */
export async function lockVoid(tx: Tx, actor: Actor, documentId: number, version?: number): Promise<Document> {
  await refuseUnseen(tx, actor, documentId)
  return lockDocument(tx, actor.countyId, 'ZF', documentId, version)
}

/** County card administrators approve; what one of them wrote, finance does. */
export async function requireVoidApprover(tx: Tx, actor: Actor, document: Document): Promise<void> {
  if (actor.role !== 'countyFinance') return
  const author = await tx
    .selectFrom('operator')
    .select('role')
    .where('countyId', '=', document.countyId)
    .where('operatorId', '=', document.authorId)
    .executeTakeFirst()
  if (author?.role !== 'countyCardAdmin') refuse('voidApprover')
}

export interface VoidDraft {
  form: z.output<z.ZodObject<typeof voidForm>>
  ranges: readonly SerialRange[]
  note?: string | undefined
  /** The stocktake, issue or stock-in that it comes from (来源单据). */
  sourceDocumentId?: number | undefined
}

/** Writes a void as a draft of the actor's place; a draft claims and freezes nothing. */
export async function draftVoid(tx: Tx, actor: Actor, draft: VoidDraft): Promise<Document> {
  const { form, ranges, note = '', sourceDocumentId: parentId } = draft
  const holderId = actor.holderId ?? (await singleHolder(tx, actor.countyId, 'county'))
  const head = { kind: 'ZF' as const, holderId, note, ...(parentId === undefined ? {} : { parentId }) }
  const document = await createDocument(tx, actor, head)
  return setBody(tx, document, await writeVoid(tx, actor, document, form, ranges))
}

/** Writes lines and gives the body; refuses only what can never become right, so that a draft may wait for the rest. */
export async function writeVoid(
  tx: Tx,
  actor: Actor,
  document: Document,
  form: VoidDraft['form'],
  ranges: readonly SerialRange[],
): Promise<VoidBody> {
  const { held, faults, holders } = await checkCards(tx, actor, document, ranges)
  const forGood: readonly RangeFault['code'][] = ['GAP', 'REJ', 'DUP', 'STATE', 'HOLD']
  refuseFaults(faults.filter(fault => forGood.includes(fault.code)))
  return { ...voidBody.parse(form), holders: await writeLines(tx, document, held, ranges, holders) }
}

async function checkCards(tx: Tx, actor: Actor, document: Document, ranges: readonly SerialRange[]) {
  const { countyId, documentId } = document
  const wanted = joinRanges(ranges)
  await lockBatches(tx, countyId, wanted)
  const held = await heldRanges(tx, countyId, wanted)
  const holders = await holdersInReach(tx, actor)
  const check = { countyId, ranges, held, states: voidable, documentId, refusesExpired: false, refusesFrozen: false }
  return { held, holders, faults: await findFaults(tx, { ...check, holderId: [...holders.keys()] }) }
}

async function writeLines(
  tx: Tx,
  document: Document,
  held: readonly HeldRange[],
  ranges: readonly SerialRange[],
  names: ReadonlyMap<number, string>,
): Promise<VoidBody['holders']> {
  const wanted = joinRanges(ranges)
  const nameOf = (holderId: number) => names.get(holderId) ?? ''
  const lines = held.flatMap(row =>
    commonRanges(row, wanted).map(range => ({
      ...range,
      faceValueFen: row.faceValueFen,
      result: row.state,
      note: nameOf(row.holderId),
    })),
  )
  await writeRanges(tx, document, lines)
  const holders = held.map(({ holderId, state }) => ({ holderId, name: nameOf(holderId), state }))
  return [...new Map(holders.map(holder => [holder.holderId, holder])).values()]
}

/** The words of a void for its faults: used ZF01, held ZF05. */
function voidWords(faults: readonly RangeFault[]) {
  const used = faults.filter(fault => fault.code === 'USED')
  return { USED: used.some(fault => fault.about === 'used') ? 'ZF01' : 'ZF05' }
}

/** What must be told before anybody decides. */
export function checkStory({ reason, story }: Pick<VoidBody, 'reason' | 'story'>): void {
  if (toldReasons.includes(reason) && [...story].length < shortestStory) refuse('ZF02')
}

/** Claims the cards and freezes them with a freeze of the document's own, or refuses with every fault. */
export async function claimForVoid(
  tx: Tx,
  actor: Actor,
  document: Document,
  ranges: readonly SerialRange[],
): Promise<VoidBody['holders']> {
  const { held, faults, holders } = await checkCards(tx, actor, document, ranges)
  refuseFaults(faults, voidWords(faults))
  await claimRanges(tx, document, ranges)
  await freezeCards(tx, document, ranges, `作废单 ${document.documentNo ?? ''}`)
  return writeLines(tx, document, held, ranges, holders)
}

/** Gives the cards free: the document's own claim and freeze, and nobody else's. */
export async function freeFromVoid(tx: Tx, document: Document): Promise<void> {
  await releaseClaims(tx, document)
  await thawCards(tx, document)
}

export interface Voiding {
  document: Document
  ranges: readonly SerialRange[]
  body: VoidBody
  /** Cards in transit under this issue, lost or refused on the road. */
  transitDocumentId?: number | undefined
}

/** Moves the cards to 作废 and puts those that are here into custody; refuses what is not said of them yet. */
export async function voidCards(tx: Tx, actor: Actor, voiding: Voiding, at: Date): Promise<VoidBody> {
  const { document, ranges, body, transitDocumentId } = voiding
  const { countyId, documentId } = document
  const operatorId = operatorOf(actor)
  const wanted = joinRanges(ranges)
  await lockBatches(tx, countyId, wanted)
  const held = (await heldRanges(tx, countyId, wanted)).flatMap(row =>
    commonRanges(row, wanted).map(range => ({ ...row, ...range })),
  )
  checkTreatment(body, held)
  const names = await holdersInReach(tx, actor)
  await moveCards(tx, {
    countyId,
    kind: 'void',
    ranges,
    fromHolderId: [...names.keys()],
    toHolderId: await singleHolder(tx, countyId, 'custody'),
    documentId,
    operatorId,
    at,
    ...(transitDocumentId === undefined ? {} : { transitDocumentId }),
    words: { USED: 'ZF01' },
  })
  const cards = held.map(({ firstSerial, lastSerial, faceValueFen }) => ({ firstSerial, lastSerial, faceValueFen }))
  const place = keptAt(body)
  if (place) await takeIntoCustody(tx, { countyId, operatorId, at }, { source: 'void', documentId, cards, place })
  await freeFromVoid(tx, document)
  return { ...body, holders: await writeLines(tx, document, held, ranges, names) }
}

function keptAt({ physical, custody }: VoidBody): CustodyPlace | null {
  if (!physical) return null
  return custody ?? refuse('ZF03')
}

/** Active cards are money, and their money goes somewhere; for inactive ones somebody answers. */
function checkTreatment({ money, responsible }: VoidBody, held: readonly HeldRange[]): void {
  const active = held.filter(row => activeStates.includes(row.state))
  const amountFen = active.reduce((sum, row) => sum + quantityOf(row) * row.faceValueFen, 0)
  if (active.length > 0 && money === null) refuse('voidMoney', { n: totalQuantity(active), x: yuan(amountFen) })
  const answers = active.length < held.length || money?.treatment === 'compensation'
  if (answers && responsible === null) refuse('voidResponsible')
}

/**
 * Voids cards that were refused at the station and are still in transit, at once and in finance's name: the station
 * said what is wrong with them, finance settles the issue. Returns the 作废单, whose source is the issue.
 */
export async function voidFromTransit(
  tx: Tx,
  actor: Actor,
  issue: Document,
  voiding: { form: VoidDraft['form']; ranges: readonly SerialRange[] },
  at: Date,
): Promise<Document> {
  const { form, ranges } = voiding
  checkStory(form)
  const holderId = await singleHolder(tx, actor.countyId, 'county')
  const draft = await createDocument(tx, actor, { kind: 'ZF', holderId, parentId: issue.documentId })
  const transitDocumentId = issue.documentId
  const body = await voidCards(
    tx,
    actor,
    { document: draft, ranges, body: voidBody.parse(form), transitDocumentId },
    at,
  )
  return advanceDocument(tx, actor, draft, 'ZF', 'voidAtOnce', { body })
}
