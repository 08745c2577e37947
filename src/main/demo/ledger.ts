// The books the history is written in before it goes to the database: every card's place, every document, every move.

import { type DocumentAction, type DocumentKind, stepOf } from '../../domain/document-life.ts'
import { storedSerial } from '../../domain/serial.ts'

export interface Person {
  operatorId: number
  staffNo: string
  name: string
}

export interface PlanLine {
  faceValueFen: number
  quantity: number
  approvedQuantity?: number
  range?: Range
  result?: string
  note?: string
  /** Of a card that comes back: the purchase it went out by, whose number is the line's note. */
  origin?: PlanDocument | null
}

export interface PlanDocument {
  /** Given when the plan is whole: ids and numbers follow the time. */
  documentId: number
  documentNo: string | null
  kind: string
  state: string
  version: number
  holderId: number
  author: Person
  approver: Person | null
  executor: Person | null
  createdMs: number
  submittedMs: number | null
  approvedMs: number | null
  executedMs: number | null
  numberedMs: number | null
  validUntilMs: number | null
  parent: PlanDocument | null
  note: string
  body: object
  lines: PlanLine[]
  steps: PlanStep[]
}

export interface PlanStep {
  stepNo: number
  action: string
  from: string
  to: string
  operatorId: number | null
  ms: number
  note: string
}

/** Numbers of the county, both ends included. */
export interface Range {
  first: number
  last: number
}

export const sizeOf = (range: Range) => range.last - range.first + 1
export const totalSize = (ranges: readonly Range[]) => ranges.reduce((sum, range) => sum + sizeOf(range), 0)

export interface Place {
  state: 'county' | 'station' | 'seller' | 'customer' | 'void'
  holderId: number
}

export interface PlanMovement {
  ms: number
  kind: string
  document: PlanDocument | null
  recharge: { rechargeId: number } | null
  operatorId: number | null
  batch: PlanDocument
  faceValueFen: number
  range: Range
  from: { state: string; holderId: number } | null
  to: { state: string; holderId: number }
}

interface Card {
  batch: PlanDocument
  faceValueFen: number
  place: Place
  transit: PlanDocument | null
  expiresOn: string
  used: boolean
  bought: PlanDocument | null
}

export interface FinalRange extends Range, Omit<Card, 'used' | 'bought'> {}

export type Ledger = ReturnType<typeof createLedger>

export function createLedger(countyId: number) {
  const documents: PlanDocument[] = []
  const movements: PlanMovement[] = []
  const cards: (Card | undefined)[] = []

  const card = (number: number): Card => {
    const found = cards[number]
    if (!found) throw new Error(`number ${number} is in stock`)
    return found
  }

  return {
    documents,
    movements,
    card,
    serial: (number: number) => storedSerial(countyId, number),

    open(kind: string, author: Person, holderId: number, ms: number, more: Partial<PlanDocument> = {}): PlanDocument {
      const document: PlanDocument = {
        documentId: 0,
        documentNo: null,
        kind,
        state: 'draft',
        version: 1,
        holderId,
        author,
        approver: null,
        executor: null,
        createdMs: ms,
        submittedMs: null,
        approvedMs: null,
        executedMs: null,
        numberedMs: null,
        validUntilMs: null,
        parent: null,
        note: '',
        body: {},
        lines: [],
        steps: [],
        ...more,
      }
      documents.push(document)
      return document
    },

    /** One step by the rules of the document's kind: state, people kept apart, number. */
    step<K extends DocumentKind>(
      document: PlanDocument,
      kind: K,
      action: DocumentAction<K>,
      by: Person | null,
      ms: number,
      note = '',
    ): void {
      const { from, to, by: makes } = stepOf(kind, action)
      if (document.kind !== kind || !from.includes(document.state))
        throw new Error(`${document.kind} ${document.state} cannot ${action}`)
      if (makes === 'approver' && by?.staffNo === document.author.staffNo) throw new Error(`${kind}: author approves`)
      if (makes === 'executor' && by && by.staffNo === document.approver?.staffNo)
        throw new Error(`${kind}: approver executes`)
      if (action === 'submit') document.submittedMs = ms
      if (makes === 'approver') Object.assign(document, { approver: by, approvedMs: ms })
      if (makes === 'executor') Object.assign(document, { executor: by, executedMs: ms })
      if (document.state === 'draft' && action !== 'discard') document.numberedMs = ms
      writeStep(document, action, to, by, ms, note)
    },

    /** A step that leaves the state as it is, or one of a kind without rules yet. */
    note(document: PlanDocument, action: string, by: Person | null, ms: number, to = document.state, note = ''): void {
      if (document.state === 'draft' && to !== 'draft') document.numberedMs = ms
      writeStep(document, action, to, by, ms, note)
    },

    /** Numbers begin their life at the county. */
    admit(
      range: Range,
      at: { batch: PlanDocument; faceValueFen: number; place: Place; expiresOn: string },
      by: By,
    ): void {
      for (let number = range.first; number <= range.last; number += 1) {
        if (cards[number]) throw new Error(`number ${number} is admitted twice`)
        cards[number] = { ...at, transit: null, used: false, bought: null }
      }
      movements.push({ ...movement('stockIn', range, card(range.first), by), from: null, to: at.place })
    },

    /** Moves whole ranges; every card must be where it comes from, and unused. */
    move(kind: string, ranges: readonly Range[], from: Place, to: Place, by: By & { inTransit?: boolean }): void {
      for (const range of ranges.flatMap(byBatch)) {
        movements.push({ ...movement(kind, range, card(range.first), by), from, to })
        for (let number = range.first; number <= range.last; number += 1) {
          const moved = card(number)
          const there = moved.place.holderId === from.holderId && moved.place.state === from.state
          if (!there || moved.used || (moved.transit && moved.transit !== by.document))
            throw new Error(`number ${number} cannot be moved by ${kind}`)
          moved.place = to
          if (kind === 'purchase') moved.bought = by.document
          moved.transit = by.inTransit ? by.document : null
        }
      }
    },

    /** A card used from where it lies: sold by its seller at that moment if it was not before, then recharged. */
    use(
      number: number,
      recharge: { rechargeId: number },
      ms: number,
      customer: Place,
      account: { state: 'used'; holderId: number },
    ): void {
      const used = card(number)
      const { state } = used.place
      if (used.used || used.transit || (state !== 'seller' && state !== 'customer'))
        throw new Error(`number ${number} cannot be used`)
      used.used = true
      const range = { first: number, last: number }
      const base = {
        ms,
        document: null,
        recharge,
        operatorId: null,
        batch: used.batch,
        faceValueFen: used.faceValueFen,
        range,
      }
      if (state === 'seller') movements.push({ ...base, kind: 'sale', from: used.place, to: customer })
      movements.push({ ...base, kind: 'recharge', from: customer, to: account })
    },

    /** A range by the purchases its cards were sold with. */
    byPurchase: (range: Range) => cut(range, one => one.bought),

    /** Neighbouring cards alike in everything a range holds. */
    ranges(): FinalRange[] {
      const ranges: FinalRange[] = []
      for (let number = 1; number < cards.length; number += 1) {
        const one = cards[number]
        const last = ranges.at(-1)
        if (!one) continue
        if (last && last.last === number - 1 && alike(last, one)) last.last = number
        else ranges.push({ first: number, last: number, ...one })
      }
      return ranges
    },
  }

  function byBatch(range: Range): Range[] {
    return card(range.first).batch === card(range.last).batch ? [range] : cut(range, one => one.batch)
  }

  /** Cuts a range where its cards differ. */
  function cut(range: Range, by: (one: Card) => unknown): Range[] {
    const pieces: Range[] = []
    for (let number = range.first; number <= range.last; number += 1) {
      const last = pieces.at(-1)
      if (last && by(card(last.first)) === by(card(number))) last.last = number
      else pieces.push({ first: number, last: number })
    }
    return pieces
  }
}

export interface By {
  document: PlanDocument
  person: Person
  ms: number
}

function movement(kind: string, range: Range, { batch, faceValueFen }: Card, { document, person, ms }: By) {
  return { ms, kind, document, recharge: null, operatorId: person.operatorId, batch, faceValueFen, range }
}

function writeStep(
  document: PlanDocument,
  action: string,
  to: string,
  by: Person | null,
  ms: number,
  note: string,
): void {
  document.version += 1
  const { version: stepNo, state: from } = document
  document.steps.push({ stepNo, action, from, to, operatorId: by?.operatorId ?? null, ms, note })
  document.state = to
}

function alike(a: Omit<Card, 'used' | 'bought'>, b: Omit<Card, 'used' | 'bought'>): boolean {
  return (
    a.batch === b.batch &&
    a.place.state === b.place.state &&
    a.place.holderId === b.place.holderId &&
    a.transit === b.transit &&
    a.expiresOn === b.expiresOn
  )
}
