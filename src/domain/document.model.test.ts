// Random lives of draws and returns by random people, several at once, with the connection cut in the middle of some:
// the database agrees with a plain model at every step, and nothing is ever half done.

import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutConnection } from '../../test/support/cut-connection.ts'
import {
  cardCount,
  type DocumentCounty,
  faces,
  newDocumentCounty,
  pictureInDatabase,
  serialAt,
} from '../../test/support/document-county.ts'
import {
  apply,
  type Deed,
  type DeedName,
  type DocumentModel,
  expireDue,
  isOver,
  type ModelDocument,
  pictureOf,
  ruleOf,
  rules,
  weights,
} from '../../test/support/document-model.ts'
import { runsOf } from '../../test/support/lives.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { type Client, createClient } from '../kernel/client.ts'
import type { Execute } from '../kernel/execute.ts'
import { Refusal } from '../kernel/refusal.ts'
import { partActor } from '../kernel/session.ts'
import type { AppRegistry } from '../registry.ts'
import { createDocument, operatorOf } from './document.ts'
import { auditLedger } from './ledger-audit.ts'
import { printSerial } from './serial.ts'
import { moveCards } from './stock.ts'

const runs = runsOf(12)
const longest = 100

let world: World
let cut: Awaited<ReturnType<typeof cutConnection>>
let nextCounty = 2
beforeAll(async () => {
  world = await createWorld({ runJobs: false })
  cut = cutConnection(world)
})
afterAll(async () => {
  await cut.close()
  await world.close()
})

// Without bias: what small numbers mean here is nothing special.
const number = fc.noBias(fc.nat({ max: 99 }))
const raw = fc.record({
  pick: fc.noBias(fc.nat({ max: 9_999 })),
  who: number,
  document: number,
  a: number,
  b: number,
  c: number,
})
type Raw = typeof raw extends fc.Arbitrary<infer S> ? S : never

const step = fc.oneof(
  { weight: 40, arbitrary: fc.record({ one: raw }) },
  { weight: 8, arbitrary: fc.record({ one: raw, cutAfter: fc.nat({ max: 40 }) }) },
  { weight: 10, arbitrary: fc.record({ together: fc.array(raw, { minLength: 2, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ days: fc.constantFrom(3, 9) }) },
  { weight: 1, arbitrary: fc.record({ expire: fc.constant(true) }) },
)

const names = Object.keys(rules) as DeedName[]

/** Nine times out of ten something for which there is a document in the right state. */
function nameOf(model: DocumentModel, pick: number): DeedName {
  const possible = names.filter(name => pick % 10 === 0 || !ruleOf(name).kind || fittingFor(model, name).length > 0)
  const lots = possible.flatMap(name => Array.from({ length: weights[name] ?? 1 }, () => name))
  return lots[pick % lots.length] ?? 'create'
}

/** Decides everything about a deed, mostly so that it could be done, or random lives would never get far. */
function decide(county: DocumentCounty, { pick, who, document, a, b, c }: Raw): Deed | null {
  const { model, people } = county
  const name = nameOf(model, pick)
  const rule = ruleOf(name)
  const kinds = model.documents.filter(one => one.kind === rule.kind)
  const fitting = fittingFor(model, name)
  const documents = document < 90 && fitting.length > 0 ? fitting : kinds
  const target = documents[document % Math.max(1, documents.length)]
  if (rule.kind && !target) return null
  const application = model.documents.find(one => one.id === target?.parent)
  const able = people.filter(
    person =>
      person.role === rule.role &&
      (!rule.notApprover || person.staff !== (application ?? target)?.approverStaff) &&
      (!rule.own || person.station === target?.station) &&
      (!rule.author || person.name === target?.author),
  )
  const candidates = who < 85 && able.length > 0 ? able : people
  const person = candidates[who % candidates.length]
  if (!person) return null
  const deed: Deed = {
    do: name,
    who: person,
    document: target?.id ?? 0,
    asked: [0, 0],
    cards: [],
    flag: c % 3 === (name === 'takeIn' ? a % 3 : 0),
  }
  if (name === 'create') deed.asked = a % 3 === 0 ? [1 + (b % 9), 1 + (c % 20)] : [1 + (b % 6), 0]
  if (name === 'approve') deed.asked = c % 4 === 0 ? [Math.floor(a / 5), Math.floor(b / 5)] : [99, 99]
  deed.cards = placesFor(county, deed, target, { a, b, c })
  const needsCards = ['createReturn', 'sell', 'scan', 'refuse'].includes(name)
  return needsCards && deed.cards.length === 0 ? null : deed
}

const hasOpen = (model: DocumentModel, { id }: ModelDocument) =>
  model.documents.some(one => one.parent === id && !['cancelled', 'sentBack'].includes(one.state))

/** Documents that this could be done to. */
function fittingFor(model: DocumentModel, name: DeedName): ModelDocument[] {
  const { kind, from, inTime } = ruleOf(name)
  return model.documents.filter(one => {
    const application = model.documents.find(other => other.id === one.parent) ?? one
    const fits = one.kind === kind && from?.includes(one.state) === true && !(inTime && isOver(model, application))
    return fits && !(from?.[0] === 'approved' && hasOpen(model, one)) && !(name === 'takeIn' && one.cards.length === 0)
  })
}

/** Cards that the deed names: those it needs, some of them, or any. */
function placesFor(
  { model }: DocumentCounty,
  { do: name, who }: Deed,
  target: ModelDocument | undefined,
  { a, b, c }: Pick<Raw, 'a' | 'b' | 'c'>,
): number[] {
  const from = a % cardCount
  const around = Array.from({ length: cardCount }, (_, n) => (from + n) % cardCount)
  const free = (card: DocumentModel['cards'][number]) => card.transit === null && card.claim === null
  const where = (fits: (card: DocumentModel['cards'][number]) => boolean, most: number) =>
    around.filter(place => model.cards[place] && fits(model.cards[place])).slice(0, most)
  const some = (places: readonly number[]) => (c % 3 === 0 ? places.slice(0, 1 + (b % 3)) : [...places])
  if (c % 11 === 5) return around.slice(0, 1 + (b % 8))
  if (name === 'createReturn' || name === 'sell') {
    return where(card => card.at === who.station && (b % 5 === 0 || free(card)), 1 + (b % (name === 'sell' ? 2 : 4)))
  }
  const application = model.documents.find(one => one.id === target?.parent)
  if (name === 'scan') {
    const wanted = application?.approved ?? [0, 0]
    const picked = ([0, 1] as const).flatMap(face =>
      where(card => card.face === face && card.at === 'county' && card.claim === null, wanted[face]),
    )
    return c % 5 === 0 ? picked.slice(1) : picked
  }
  if (name === 'refuse') return some((target?.cards ?? []).slice(b % 3))
  if (name === 'settle') return some(target?.refused ?? [])
  if (name === 'scanReturn') return c % 4 === 0 ? (application?.cards ?? []).slice(1) : (application?.cards ?? [])
  return []
}

type Outcome = { done: boolean; made: number }

/** Does it in the database. A refusal is an answer; a cut connection is nothing done; anything else is a bug. */
async function perform(county: DocumentCounty, deed: Deed, execute: Execute): Promise<Outcome> {
  const actor = county.actors.get(deed.who.name)
  if (!actor) throw new Error('everybody is somebody')
  const api = createClient<AppRegistry>((name, input) => execute({ name, input, actor }))
  const wasCut = cut.count()
  try {
    const answer = deed.do === 'sell' ? await sell(county, deed) : await call(county, api, deed)
    return { done: true, made: answer.documentId }
  } catch (error) {
    if (error instanceof Refusal || cut.count() > wasCut) return { done: false, made: 0 }
    throw error
  }
}

function rangesOf(county: DocumentCounty, places: readonly number[]) {
  const ranges: { firstSerial: string; lastSerial: string }[] = []
  let last = Number.NaN
  for (const place of [...places].sort((a, b) => a - b)) {
    const serial = printSerial(serialAt(county, place))
    const range = ranges.at(-1)
    if (range && place === last + 1) range.lastSerial = serial
    else ranges.push({ firstSerial: serial, lastSerial: serial })
    last = place
  }
  return ranges
}

function call(county: DocumentCounty, api: Client<AppRegistry>, deed: Deed): Promise<{ documentId: number }> {
  const { stationDraw: draw, stationReturn: back } = api
  const document = county.model.documents.find(one => one.id === deed.document)
  const on = { documentId: deed.document }
  const ranges = rangesOf(county, deed.cards)
  const note = '模型'
  // Approvals name the version on screen; in the model nobody looks at an old one.
  const seen = async () => {
    const { version } = await world.db
      .selectFrom('document')
      .select('version')
      .where('countyId', '=', county.countyId)
      .where('documentId', '=', deed.document)
      .executeTakeFirstOrThrow()
    return { ...on, version }
  }
  const sender = { name: '领卡员', staffNo: 'L-1' }
  const quantities = (of: [number, number]) =>
    faces.flatMap((faceValueFen, face) => {
      const quantity = of[face === 0 ? 0 : 1]
      return quantity > 0 ? [{ faceValueFen, quantity }] : []
    })
  const granted = () =>
    faces.flatMap((faceValueFen, face) => {
      const asked = document?.asked[face === 0 ? 0 : 1] ?? 0
      return asked > 0 ? [{ faceValueFen, approvedQuantity: Math.min(asked, deed.asked[face === 0 ? 0 : 1]) }] : []
    })
  const calls: Record<Exclude<DeedName, 'sell'>, () => Promise<{ documentId: number }>> = {
    create: () => draw.create({ lines: quantities(deed.asked), receiver: sender }),
    submit: () => draw.submit(on),
    withdraw: () => draw.withdraw(on),
    cancel: () => draw.cancel(on),
    discard: () => draw.discard(on),
    approve: async () => draw.approve({ ...(await seen()), lines: granted(), note }),
    reject: async () => draw.reject({ ...(await seen()), note }),
    prepare: () => draw.prepare(on),
    scan: () => draw.scan({ ...on, ranges, shortReason: deed.flag ? note : null }),
    confirmCheck: () => draw.confirmCheck({ ...on, staffNo: 'L-1' }),
    issue: () => draw.issue(on),
    cancelIssue: () => draw.cancelIssue(on),
    accept: () => draw.accept(on),
    refuse: () => draw.refuse({ ...on, refusals: ranges.map(range => ({ ...range, reason: 'damaged' as const })) }),
    settle: () => draw.settle({ ...on, takeBack: ranges }),
    createReturn: () => back.create({ ranges, reason: 'slow', sender }),
    submitReturn: () => back.submit(on),
    withdrawReturn: () => back.withdraw(on),
    cancelReturnApplication: () => back.cancel(on),
    approveReturn: async () => back.approve(await seen()),
    rejectReturn: async () => back.reject({ ...(await seen()), note }),
    prepareReturn: () => back.prepare(on),
    scanReturn: () => back.scan({ ...on, good: ranges }),
    takeIn: () => back.takeIn({ ...on, withoutMissing: deed.flag }),
    sendBack: () => back.sendBack({ ...on, note }),
    cancelReturn: () => back.cancelReturn(on),
  }
  if (deed.do === 'sell') throw new Error('a sale is a move of its own here')
  return calls[deed.do]()
}

/** A sale as the stock sees it; the seller's money is not of this model. */
async function sell(county: DocumentCounty, { who, cards }: Deed): Promise<{ documentId: number }> {
  const actor = county.actors.get(who.name)
  const holderId = county.stations[who.station === 1 ? 1 : 0]
  if (!actor || who.role !== 'station') throw new Refusal('notAllowed')
  return world.inTransaction(async tx => {
    const draft = await createDocument(tx, actor, { kind: 'SK', holderId })
    const serials = cards.map(place => ({ firstSerial: serialAt(county, place), lastSerial: serialAt(county, place) }))
    const by = {
      countyId: county.countyId,
      documentId: draft.documentId,
      operatorId: operatorOf(actor),
      at: new Date(),
    }
    const toHolderId = county.sellers[who.station === 1 ? 1 : 0]
    await moveCards(tx, { ...by, kind: 'purchase', ranges: serials, fromHolderId: holderId, toHolderId })
    return draft
  })
}

const seenOutcomes = new Map<string, number>()
function tell(name: string): void {
  seenOutcomes.set(name, (seenOutcomes.get(name) ?? 0) + 1)
}

async function single(county: DocumentCounty, asked: Raw, cutAfter?: number): Promise<void> {
  const deed = decide(county, asked)
  if (!deed) return
  const wasCut = cut.count()
  if (cutAfter !== undefined) cut.after(cutAfter)
  const { done, made } = await perform(county, deed, cutAfter === undefined ? world.execute : cut.execute)
  cut.never()
  const hit = cut.count() > wasCut
  if (hit) tell('cut')
  else {
    expect(`${deed.do} ${done}`).toBe(`${deed.do} ${apply(county.model, deed, made)}`)
    tell(`${deed.do} ${done ? 'done' : 'refused'}`)
  }
  expect(await pictureInDatabase(world.db, county)).toBe(pictureOf(county.model))
}

/** Several at once must come out as if they had come one after the other, in some order. */
async function together(county: DocumentCounty, asked: readonly Raw[]): Promise<void> {
  const deeds = asked.flatMap(one => decide(county, one) ?? [])
  const outcomes = await Promise.all(deeds.map(deed => perform(county, deed, world.execute)))
  const picture = await pictureInDatabase(world.db, county)
  const places = deeds.map((_, place) => place)
  for (const order of orders(places)) {
    const model = structuredClone(county.model)
    const same = order.every(place => {
      const [deed, outcome] = [deeds[place], outcomes[place]]
      return deed && outcome && apply(model, deed, outcome.made) === outcome.done
    })
    if (!same || pictureOf(model) !== picture) continue
    county.model = model
    tell(outcomes.every(outcome => outcome.done) ? 'together all' : 'together some')
    for (const [place, deed] of deeds.entries()) tell(`${deed.do} ${outcomes[place]?.done ? 'done' : 'refused'}`)
    return
  }
  const said = deeds.map((deed, place) => `${deed.do} ${deed.who.name} ${deed.document} ${outcomes[place]?.done}`)
  expect.fail(`no order explains ${said.join(', ')}: ${picture} after ${pictureOf(county.model)}`)
}

function orders(places: readonly number[]): number[][] {
  if (places.length < 2) return [[...places]]
  return places.flatMap(first => orders(places.filter(place => place !== first)).map(rest => [first, ...rest]))
}

async function take(county: DocumentCounty, one: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  if ('together' in one) return together(county, one.together)
  if ('one' in one) return single(county, one.one, 'cutAfter' in one ? one.cutAfter : undefined)
  if ('days' in one) {
    return passDays(county, one.days)
  }
  const worker = partActor('worker', county.countyId)
  await world.as(worker).stationDraw.expireDue({})
  expireDue(county.model)
  expect(await pictureInDatabase(world.db, county)).toBe(pictureOf(county.model))
}

/**
 * Days pass in that approvals come nearer to their end: the clock stays, since steps and movements bear its time. By
 * threes, an approval is never as old as the midnight that ends it.
 */
async function passDays(county: DocumentCounty, days: number): Promise<void> {
  county.model.day += days
  await sql`
    update document set valid_until = valid_until - make_interval(days => ${days}) where county_id = ${county.countyId}`.execute(
    world.db,
  )
}

/** What must hold whatever happened, read from the tables alone. */
async function nothingHalfDone({ countyId }: DocumentCounty): Promise<void> {
  const { rows } = await sql<{ wrong: string }>`
    select 'steps of ' || d.document_id as wrong from document d
      left join document_step s using (county_id, document_id)
      where d.county_id = ${countyId} and d.kind in ('LS', 'CK', 'FS', 'FK')
      group by d.county_id, d.document_id having count(s.step_no) <> d.version - 1 or coalesce(max(s.step_no), 1) <> d.version
    union all
    select 'numbers of ' || kind from document_counter c
      where county_id = ${countyId} group by kind, last_no
      having last_no <> (select count(*) from document d where d.county_id = ${countyId} and d.kind = c.kind and d.document_no is not null)
    union all
    select 'one person at ' || d.document_id from document d
      join operator author on author.county_id = d.county_id and author.operator_id = d.author_id
      join operator approver on approver.county_id = d.county_id and approver.operator_id = d.approver_id
      where d.county_id = ${countyId} and author.staff_no = approver.staff_no
    union all
    select 'approver executes ' || d.document_id from document d
      join document a on a.county_id = d.county_id and a.document_id = d.parent_id and a.kind in ('LS', 'FS')
      join operator approver on approver.county_id = a.county_id and approver.operator_id = a.approver_id
      join operator executor on executor.county_id = d.county_id and executor.operator_id = d.executor_id
      where d.county_id = ${countyId} and d.state <> 'sentBack' and executor.staff_no = approver.staff_no`.execute(
    world.db,
  )
  expect(rows).toEqual([])
}

test('documents by random people, at once and cut off, agree with the model at every step', {
  timeout: runs * 20_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: longest, size: 'max' }), async steps => {
      const countyId = nextCounty++
      const county = await world.inTransaction(tx => newDocumentCounty(tx, countyId))
      for (const one of steps) await take(county, one)
      await nothingHalfDone(county)
      expect((await auditLedger(world.db)).differences).toEqual([])
    }),
    { numRuns: runs, endOnFailure: true },
  )
  // A model test that never does a thing proves nothing of it: the whole way was gone, and left early.
  const wanted = Object.keys(weights).map(name => `${name} done`)
  const rest = ['cut', 'together all', 'together some']
  expect([...wanted, ...rest].filter(name => !seenOutcomes.has(name))).toEqual([])
})
