// Draws and returns as plain objects with their rules written down a second time: what the database is compared with.

export type ModelRole = 'station' | 'card' | 'finance'

export interface ModelPerson {
  name: string
  role: ModelRole
  /** Index of the station; -1 for the county's people. */
  station: number
  /** One person may have two sign-ins. */
  staff: string
}

/** Where a card is: the county, a station by its index, or sold to a seller. */
export type Place = 'county' | 'sold' | number

export interface ModelCard {
  face: 0 | 1
  at: Place
  /** The station that drew it last. */
  drawnBy: number | null
  transit: number | null
  claim: number | null
}

export type ModelKind = 'LS' | 'CK' | 'FS' | 'FK'

export interface ModelDocument {
  id: number
  kind: ModelKind
  station: number
  state: string
  author: string
  approverStaff: string | null
  approvedOn: number
  parent: number | null
  /** LS: cards applied for and approved, by face value. */
  asked: [number, number]
  approved: [number, number] | null
  /** LS: its place in the line, by the latest submission. */
  turn: number
  /** Places of cards: applied for (FS), picked (CK), good (FK). */
  cards: number[]
  /** CK: refused by the station and still in transit. */
  refused: number[]
}

export interface DocumentModel {
  day: number
  turns: number
  cards: ModelCard[]
  documents: ModelDocument[]
}

/** What somebody does, with everything decided. */
export interface Deed {
  do: DeedName
  who: ModelPerson
  /** The document it is done to; 0 where one is made from nothing. */
  document: number
  asked: [number, number]
  cards: number[]
  /** A short issue with its reason; a taking without what is missing. */
  flag: boolean
}

const approvalDays = 7
const staysOpen = { LS: ['picking', 'toCheck', 'checked'], FS: ['inspecting'] } as const

interface Rule {
  role: ModelRole
  kind?: ModelKind
  /** The document's station alone. */
  own?: boolean
  author?: boolean
  from?: readonly string[]
  to?: string
  /** Not by whoever wrote it; not by whoever approved its application. */
  notAuthor?: boolean
  notApprover?: boolean
  /** An approval past its day is worth nothing. */
  inTime?: boolean
}

const back = ['rejected', 'withdrawn']
const fresh = ['draft', ...back]
const author = { role: 'station', own: true, author: true } as const
const pending = ['pendingApproval']
const approver = { role: 'card', from: pending, notAuthor: true } as const
const finance = { role: 'finance', inTime: true } as const

export const rules = {
  create: { role: 'station' },
  submit: { ...author, kind: 'LS', from: fresh, to: 'pendingApproval' },
  withdraw: { ...author, kind: 'LS', from: pending, to: 'withdrawn' },
  cancel: { ...author, kind: 'LS', from: back, to: 'cancelled' },
  discard: { ...author, kind: 'LS', from: ['draft'], to: 'discarded' },
  approve: { ...approver, kind: 'LS', to: 'approved' },
  reject: { ...approver, kind: 'LS', to: 'rejected' },
  prepare: { ...finance, kind: 'LS', from: ['approved'], notApprover: true },
  scan: { ...finance, kind: 'CK', from: staysOpen.LS },
  confirmCheck: { ...finance, kind: 'CK', from: ['toCheck'], to: 'checked' },
  issue: { ...finance, kind: 'CK', from: ['checked'], to: 'inTransit', notApprover: true },
  cancelIssue: { role: 'finance', kind: 'CK', from: staysOpen.LS, to: 'cancelled' },
  accept: { role: 'station', own: true, kind: 'CK', from: ['inTransit'], to: 'accepted' },
  refuse: { role: 'station', own: true, kind: 'CK', from: ['inTransit'], to: 'partlyAccepted' },
  settle: { role: 'finance', kind: 'CK', from: ['partlyAccepted'] },
  createReturn: { role: 'station' },
  submitReturn: { ...author, kind: 'FS', from: fresh, to: 'pendingApproval' },
  withdrawReturn: { ...author, kind: 'FS', from: pending, to: 'withdrawn' },
  cancelReturnApplication: { ...author, kind: 'FS', from: back, to: 'cancelled' },
  approveReturn: { ...approver, kind: 'FS', to: 'approved' },
  rejectReturn: { ...approver, kind: 'FS', to: 'rejected' },
  prepareReturn: { ...finance, kind: 'FS', from: ['approved'], notApprover: true },
  scanReturn: { ...finance, kind: 'FK', from: ['inspecting'] },
  takeIn: { ...finance, kind: 'FK', from: ['inspecting'], notApprover: true },
  sendBack: { role: 'finance', kind: 'FK', from: ['inspecting'], to: 'sentBack' },
  cancelReturn: { role: 'finance', kind: 'FK', from: ['inspecting'], to: 'cancelled' },
  sell: { role: 'station' },
} as const satisfies Record<string, Rule>
export type DeedName = keyof typeof rules
export const ruleOf = (name: DeedName): Rule => rules[name]

const byFace = (model: DocumentModel, places: readonly number[]): [number, number] => {
  const counts: [number, number] = [0, 0]
  for (const place of places) counts[model.cards[place]?.face ?? 0] += 1
  return counts
}
export const isOver = (model: DocumentModel, document: ModelDocument) =>
  document.state === 'expired' || (document.state === 'approved' && model.day >= document.approvedOn + approvalDays + 1)

/** What an application may have of each face value in its place in the line; a new one stands behind all. */
function available(model: DocumentModel, me: ModelDocument | null): [number, number] {
  const counts = byFace(
    model,
    model.cards.flatMap((card, place) => (card.at === 'county' ? [place] : [])),
  )
  for (const other of model.documents) {
    const open = other.kind === 'LS' && (other.state === 'pendingApproval' || other.state === 'approved')
    if (!open || isOver(model, other) || (me && other.turn >= me.turn)) continue
    for (const face of [0, 1] as const) counts[face] -= (other.approved ?? other.asked)[face]
  }
  return counts
}

const fits = (wanted: [number, number], most: [number, number]) =>
  ([0, 1] as const).every(face => wanted[face] <= most[face] || wanted[face] === 0)

/** Does the deed when it is allowed; says whether it did. `made` is the id of what it makes. */
export function apply(model: DocumentModel, deed: Deed, made: number): boolean {
  const rule = ruleOf(deed.do)
  if (deed.who.role !== rule.role) return false
  if (deed.do === 'create') return make(model, deed, made, { kind: 'LS', asked: deed.asked })
  if (deed.do === 'createReturn') return make(model, deed, made, { kind: 'FS', cards: deed.cards })
  if (deed.do === 'sell') return sell(model, deed)
  const document = model.documents.find(one => one.id === deed.document && one.kind === rule.kind)
  if (!document || !rule.from?.includes(document.state)) return false
  const application = model.documents.find(one => one.id === document.parent) ?? document
  if (rule.own && document.station !== deed.who.station) return false
  if (rule.author && document.author !== deed.who.name) return false
  if (rule.notAuthor && staffOf(document.author) === deed.who.staff) return false
  if (rule.notApprover && application.approverStaff === deed.who.staff) return false
  if (rule.inTime && isOver(model, application)) return false
  if (!effects[deed.do](model, deed, document, application, made)) return false
  if (rule.to) document.state = rule.to
  return true
}

const staff = new Map<string, string>()
const staffOf = (name: string) => staff.get(name) ?? ''
/** Says who is whom: sign-ins and the staff numbers behind them. */
export function know(people: readonly ModelPerson[]): void {
  for (const person of people) staff.set(person.name, person.staff)
}

function make(model: DocumentModel, { who }: Deed, id: number, more: Partial<ModelDocument>): boolean {
  const document: ModelDocument = {
    id,
    kind: 'LS',
    station: who.station,
    state: 'draft',
    author: who.name,
    approverStaff: null,
    approvedOn: 0,
    parent: null,
    asked: [0, 0],
    approved: null,
    turn: 0,
    cards: [],
    refused: [],
    ...more,
  }
  model.documents.push(document)
  return true
}

function sell(model: DocumentModel, { who, cards }: Deed): boolean {
  const picked = cards.map(place => model.cards[place])
  if (cards.length === 0 || !picked.every(card => card?.at === who.station && free(card, 0))) return false
  for (const card of picked) if (card) card.at = 'sold'
  return true
}

const free = (card: ModelCard, claim: number) => card.transit === null && (card.claim === null || card.claim === claim)
const release = (model: DocumentModel, id: number) => {
  for (const card of model.cards) if (card.claim === id) card.claim = null
}
const claim = (model: DocumentModel, id: number, places: readonly number[]) => {
  release(model, id)
  for (const place of places) Object.assign(model.cards[place] ?? {}, { claim: id })
}
const change = (model: DocumentModel, places: readonly number[], to: Partial<ModelCard>) => {
  for (const place of places) Object.assign(model.cards[place] ?? {}, to)
}
const nothing = () => true
const openOf = (model: DocumentModel, application: ModelDocument) =>
  model.documents.find(
    one => one.parent === application.id && [...staysOpen.LS, ...staysOpen.FS].some(state => state === one.state),
  )

type Effect = (
  model: DocumentModel,
  deed: Deed,
  document: ModelDocument,
  application: ModelDocument,
  made: number,
) => boolean

/** What a deed needs and does beyond its states; false, with nothing changed, where it may not be. */
const effects: Record<Exclude<DeedName, 'create' | 'createReturn' | 'sell'>, Effect> = {
  submit(model, _deed, document) {
    if (!fits(document.asked, available(model, null))) return false
    model.turns += 1
    document.turn = model.turns
    return true
  },
  withdraw: nothing,
  cancel: nothing,
  discard: nothing,
  approve(model, { asked, who }, document) {
    const approved: [number, number] = [Math.min(asked[0], document.asked[0]), Math.min(asked[1], document.asked[1])]
    if (approved[0] + approved[1] === 0 || !fits(approved, available(model, document))) return false
    Object.assign(document, { approved, approverStaff: who.staff, approvedOn: model.day })
    return true
  },
  reject: (_model, { who }, document) => Object.assign(document, { approverStaff: who.staff }) !== null,
  prepare: (model, deed, document, _application, made) =>
    !openOf(model, document) && make(model, deed, made, { kind: 'CK', state: 'picking', ...madeFrom(document) }),
  scan(model, { cards, flag }, document, application) {
    const ours = (place: number) => {
      const card = model.cards[place]
      return card?.at === 'county' && free(card, document.id)
    }
    const counts = byFace(model, cards)
    const most: [number, number] = application.approved ?? [0, 0]
    if (cards.length === 0 || !cards.every(ours)) return false
    if (counts[0] > most[0] || counts[1] > most[1]) return false
    claim(model, document.id, cards)
    const whole = counts[0] === most[0] && counts[1] === most[1]
    Object.assign(document, { cards, state: whole || flag ? 'toCheck' : 'picking' })
    return true
  },
  confirmCheck: nothing,
  issue(model, _deed, document, application) {
    if (!fits(byFace(model, document.cards), available(model, application))) return false
    release(model, document.id)
    change(model, document.cards, { at: document.station, drawnBy: document.station, transit: document.id })
    application.state = 'issued'
    return true
  },
  cancelIssue(model, _deed, document) {
    release(model, document.id)
    return true
  },
  accept(model, _deed, document, application) {
    change(model, document.cards, { transit: null })
    application.state = 'done'
    return true
  },
  refuse(model, { cards }, document, application) {
    if (cards.length === 0 || !cards.every(place => document.cards.includes(place))) return false
    change(
      model,
      document.cards.filter(place => !cards.includes(place)),
      { transit: null },
    )
    document.refused = [...cards]
    application.state = 'done'
    return true
  },
  settle(model, { cards }, document) {
    if (cards.length === 0 || !cards.every(place => document.refused.includes(place))) return false
    change(model, cards, { at: 'county', transit: null })
    document.refused = document.refused.filter(place => !cards.includes(place))
    if (document.refused.length === 0) document.state = 'settled'
    return true
  },
  submitReturn(model, _deed, document) {
    const ours = (place: number) => {
      const card = model.cards[place]
      return card?.at === document.station && card.drawnBy === document.station && free(card, document.id)
    }
    if (document.cards.length === 0 || !document.cards.every(ours)) return false
    claim(model, document.id, document.cards)
    return true
  },
  withdrawReturn(model, _deed, document) {
    release(model, document.id)
    return true
  },
  cancelReturnApplication: nothing,
  approveReturn: (model, { who }, document) =>
    Object.assign(document, { approverStaff: who.staff, approvedOn: model.day }) !== null,
  rejectReturn(model, { who }, document) {
    release(model, document.id)
    document.approverStaff = who.staff
    return true
  },
  prepareReturn: (model, deed, document, _application, made) =>
    !openOf(model, document) && make(model, deed, made, { kind: 'FK', state: 'inspecting', ...madeFrom(document) }),
  scanReturn(_model, { cards }, document, application) {
    if (!cards.every(place => application.cards.includes(place))) return false
    document.cards = [...cards]
    return true
  },
  takeIn(model, { flag }, document, application) {
    const missing = application.cards.length - document.cards.length
    if (document.cards.length === 0 || (missing > 0 && !flag)) return false
    release(model, application.id)
    change(model, document.cards, { at: 'county' })
    Object.assign(document, { state: missing > 0 ? 'partlyTakenIn' : 'takenIn' })
    application.state = 'done'
    return true
  },
  sendBack(model, _deed, _document, application) {
    release(model, application.id)
    application.state = 'done'
    return true
  },
  cancelReturn: nothing,
}

const madeFrom = ({ id, station }: ModelDocument) => ({ parent: id, station })

/** The worker looks for approvals whose day is over. */
export function expireDue(model: DocumentModel): void {
  for (const document of model.documents) {
    if (document.state !== 'approved' || !isOver(model, document)) continue
    const open = openOf(model, document)
    if (open) {
      release(model, open.id)
      open.state = 'cancelled'
    }
    release(model, document.id)
    document.state = 'expired'
  }
}

/** Everything that must agree, as one text: states of documents, every card, and the line. */
export function pictureOf(model: DocumentModel): string {
  const documents = model.documents.map(({ id, state }) => [id, state] as const).sort(([a], [b]) => a - b)
  const line = model.documents
    .filter(one => one.kind === 'LS' && (one.state === 'pendingApproval' || one.state === 'approved'))
    .sort((a, b) => a.turn - b.turn)
    .map(one => one.id)
  return JSON.stringify({
    documents,
    line,
    cards: model.cards.map(card => `${card.at} ${card.transit} ${card.claim}`),
  })
}

/** How often each thing is tried: what makes documents go on more than what ends them. */
export const weights: Partial<Record<DeedName, number>> = {
  submit: 3,
  approve: 6,
  prepare: 6,
  scan: 5,
  confirmCheck: 6,
  issue: 12,
  accept: 5,
  refuse: 5,
  settle: 5,
  submitReturn: 3,
  approveReturn: 4,
  prepareReturn: 4,
  scanReturn: 4,
  takeIn: 6,
}
