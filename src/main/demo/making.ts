// Batches from their registration to the county's stock: made, sent, produced, inspected, accepted.

import { localDate } from './calendar.ts'
import type { PlanDocument, Range } from './ledger.ts'
import { createPool, type Pool } from './pools.ts'
import { rangeLines, type Setting } from './setting.ts'
import type { BatchVolume } from './volume.ts'

export interface PlanBatch extends BatchVolume {
  document: PlanDocument
  range: Range
  expiresOn: string
  generatedMs: number
}

export interface Rejection {
  batch: PlanBatch
  document: PlanDocument
  range: Range
  reason: string
}

export interface StockInResult {
  document: PlanDocument
  class: 'match' | 'reportedFaulty'
  range: Range
  reason: string
}

export interface Making {
  batches: PlanBatch[]
  rejections: Rejection[]
  results: StockInResult[]
  /** The county's stock by face value; a batch enters it on its day. */
  stock: ReadonlyMap<number, Pool>
  /** Brings in what arrives on a day. */
  arrive(day: number): void
}

const validYears = 3
/** Days from the registration to the stock. */
const daysUnderWay = 2
const faults = ['刮开层破损', '印刷缺陷', '号码不清'] as const
/** Faulty cards lie in so many places of a batch. */
const faultyStretches = 4

export function createMaking(setting: Setting): Making {
  const { volume } = setting
  const made: Making = {
    batches: [],
    rejections: [],
    results: [],
    stock: new Map(volume.faces.map(face => [face.faceValueFen, createPool()])),
    arrive(day) {
      const due = made.batches.filter(batch => batch.day + daysUnderWay === day)
      for (const batch of due) stockIn(setting, made, batch)
    },
  }
  let next = 1
  for (const wanted of volume.batches.filter(batch => !batch.away)) {
    const range = { first: next, last: next + wanted.quantity - 1 }
    next = range.last + 1
    made.batches.push(makeBatch(setting, wanted, range))
  }
  return made
}

function makeBatch(setting: Setting, wanted: BatchVolume, range: Range): PlanBatch {
  const { ledger, card, finance, holders, at, calendar } = setting
  const { day } = wanted
  const expectedOn = calendar.date(day + daysUnderWay)
  const document = ledger.open('ZK', card, holders.county, at(day, 8, 40), {
    body: { expectedOn, purpose: '常规备货', jobId: null },
  })
  ledger.step(document, 'ZK', 'submit', card, at(day, 8, 55))
  ledger.step(document, 'ZK', 'approve', finance, at(day, 9, 30))
  ledger.step(document, 'ZK', 'startGenerating', card, at(day, 9, 45))
  const generatedMs = at(day, 9, 46)
  ledger.step(document, 'ZK', 'finishGenerating', null, generatedMs)
  ledger.note(document, 'download', card, at(day, 10, 5))
  ledger.step(document, 'ZK', 'markSent', card, at(day, 10, 20))
  return { ...wanted, document, range, expiresOn: endOfMonth(expectedOn), generatedMs }
}

/** The end of the month in which the years are over. */
function endOfMonth(date: string): string {
  const [year = 0, month = 1] = date.split('-').map(Number)
  return localDate(Date.UTC(year + validYears, month, 0))
}

function stockIn(setting: Setting, made: Making, batch: PlanBatch): void {
  const { ledger, card, finance2, holders, at, places } = setting
  const { faceValueFen, expiresOn } = batch
  const day = batch.day + daysUnderWay
  const document = ledger.open('RK', card, holders.county, at(day, 8, 10), {
    parent: batch.document,
    body: {
      deliveryNo: 1,
      fileId: null,
      fileName: null,
      jobId: null,
      problem: null,
      inspection: {
        ...{ method: 'all', samplePercent: null, storage: '县公司卡库一号柜', by: card.name, staffNo: card.staffNo },
        at: new Date(at(day, 8, 30)).toISOString(),
      },
      outcome: {
        ...{ admitted: batch.quantity - batch.rejected, rejected: batch.rejected, notArrived: 0 },
        reasons: [{ reason: 'reportedFaulty', quantity: batch.rejected }],
      },
    },
  })
  ledger.step(document, 'RK', 'startComparing', card, at(day, 8, 12))
  ledger.step(batch.document, 'ZK', 'startChecking', card, at(day, 8, 12))
  ledger.step(document, 'RK', 'compared', null, at(day, 8, 14))
  ledger.note(document, 'inspect', card, at(day, 8, 30))
  ledger.step(document, 'RK', 'submit', card, at(day, 8, 35))
  const acceptedMs = at(day, 9, 5)
  ledger.step(document, 'RK', 'accept', finance2, acceptedMs)
  ledger.step(batch.document, 'ZK', 'stockAll', finance2, acceptedMs)
  const { good, faulty } = sorted(batch)
  for (const [place, range] of faulty.entries()) {
    const reason = faults[place % faults.length] ?? ''
    made.rejections.push({ batch, document, range, reason: `reportedFaulty: ${reason}` })
    made.results.push({ document, class: 'reportedFaulty', range, reason })
  }
  for (const range of good) {
    made.results.push({ document, class: 'match', range, reason: '' })
    const by = { document, person: finance2, ms: acceptedMs }
    ledger.admit(range, { batch: batch.document, faceValueFen, place: places.county, expiresOn }, by)
  }
  document.lines = rangeLines(faceValueFen, good)
  made.stock.get(faceValueFen)?.give(good)
}

/** The faulty cards of a batch in some stretches, and what lies between them. */
function sorted({ range, rejected, quantity }: PlanBatch): { good: Range[]; faulty: Range[] } {
  const stretches = Math.min(faultyStretches, rejected)
  const good: Range[] = []
  const faulty: Range[] = []
  let next = range.first
  for (let nth = 0; nth < stretches; nth += 1) {
    const size = Math.floor(((nth + 1) * rejected) / stretches) - Math.floor((nth * rejected) / stretches)
    const first = range.first + Math.floor(((nth + 0.6) * quantity) / stretches)
    good.push({ first: next, last: first - 1 })
    faulty.push({ first, last: first + size - 1 })
    next = first + size
  }
  return { good: [...good, { first: next, last: range.last }], faulty }
}
