// What each slip says beside its frame: its own fields, its lines, and what its totals count.

import { sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import { yuan } from './money.ts'
import { quantityOf, totalQuantity } from './range.ts'
import { bodyFields, read, readList, readText, type SlipField } from './slip-body.ts'
import type { SlipName } from './slip-layout.ts'
import { type CardsLine, cardLines, type SlipLine, type Totals, totalsOf } from './slip-lines.ts'
import { badReasonWords, differenceWords, paymentWords } from './slip-words.ts'
import { readExceptions } from './stock-in.ts'

export interface SlipSource {
  countyId: number
  documentId: number
  slip: SlipName
  state: string
  parentId: number | null
  parentNo: string | null
  body: unknown
  lines: readonly StoredLine[]
  cardByCard: boolean
}

export interface StoredLine {
  faceValueFen: number
  quantity: number
  approvedQuantity: number | null
  firstSerial: number | null
  lastSerial: number | null
  result: string | null
  note: string
}

export interface Content {
  fields: SlipField[]
  lines: SlipLine[]
  totals: Totals
  /** Figures by reason or face value below the lines, where the slip has them. */
  summary: SlipField[]
}

const builders: Partial<Record<SlipName, (tx: Tx, source: SlipSource) => Promise<Content>>> = {
  ZK: batchContent,
  RK: stockInContent,
  differences: differencesContent,
  destruction: destructionContent,
  LS: applicationContent,
  CK: issueContent,
  FK: returnContent,
  TK: sellerReturnContent,
  KF: serviceContent,
}

export function contentOf(tx: Tx, source: SlipSource): Promise<Content> {
  const build = builders[source.slip]
  return build ? build(tx, source) : Promise.resolve(plainContent(source, source.lines.flatMap(cardsOf)))
}

function plainContent(source: SlipSource, cards: readonly CardsLine[], more: Partial<Content> = {}): Content {
  const counted = cards.filter(line => !line.apart)
  return {
    fields: bodyFields(source.slip, source.body),
    lines: cardLines(cards, source.cardByCard),
    totals: totalsOf(counted.map(line => ({ faceValueFen: line.faceValueFen, quantity: quantityOf(line) }))),
    summary: [],
    ...more,
  }
}

function cardsOf({ firstSerial, lastSerial, faceValueFen, note }: StoredLine): CardsLine[] {
  return firstSerial === null || lastSerial === null ? [] : [{ firstSerial, lastSerial, faceValueFen, note }]
}

async function batchContent(tx: Tx, source: SlipSource): Promise<Content> {
  const batch = await tx
    .selectFrom('batch')
    .innerJoin('manufacturer', join =>
      join
        .onRef('manufacturer.countyId', '=', 'batch.countyId')
        .onRef('manufacturer.manufacturerId', '=', 'batch.manufacturerId'),
    )
    .selectAll('batch')
    .select('manufacturer.name as manufacturer')
    .where('batch.countyId', '=', source.countyId)
    .where('batch.batchId', '=', source.documentId)
    .executeTakeFirstOrThrow()
  const { firstSerial, lastSerial, faceValueFen, quantity, boxSize, fileName, fileSha256, fileSm3, expiresOn } = batch
  const numbers =
    firstSerial === null || lastSerial === null ? [] : [{ firstSerial, lastSerial, faceValueFen, note: '' }]
  const field = (label: string, value: string | null | undefined) => (value ? [{ label, value }] : [])
  return plainContent({ ...source, cardByCard: false }, numbers, {
    fields: [
      ...field('制卡厂家', batch.manufacturer),
      ...field('有效期至', expiresOn),
      ...field('盒数', String(Math.ceil(quantity / boxSize))),
      ...field('每盒张数', String(boxSize)),
      ...bodyFields('ZK', source.body),
      ...field('文件名', fileName),
      ...field('文件摘要 SHA-256', fileSha256?.slice(0, 16)),
      ...field('文件摘要 SM3', fileSm3?.slice(0, 16)),
    ],
    totals: totalsOf([{ faceValueFen, quantity }]),
  })
}

async function stockInContent(tx: Tx, source: SlipSource): Promise<Content> {
  const { countyId, documentId } = source
  const admitted = await tx
    .selectFrom('movement')
    .select(['firstSerial', 'lastSerial', 'faceValueFen'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where('kind', '=', 'stockIn')
    .execute()
  const { rows: rejected } = await sql<{ reason: string; quantity: number }>`
    select split_part(reason, ':', 1) as reason, sum(last_serial - first_serial + 1)::int as quantity from rejected_range
    where county_id = ${countyId} and document_id = ${documentId} group by 1 order by 2 desc, 1`.execute(tx)
  // Until it is accepted, its lines say what will be stocked in.
  const good = source.state === 'stocked' ? admitted : source.lines.flatMap(cardsOf)
  const figure = (label: string, n: number) => ({ label, value: `${n}张` })
  return plainContent(
    source,
    good.map(row => ({ ...row, note: '' })),
    {
      fields: [{ label: '批次', value: source.parentNo ?? '' }, ...bodyFields('RK', source.body)],
      summary: [
        figure('合格', totalQuantity(good)),
        figure(
          '拒收',
          rejected.reduce((sum, row) => sum + row.quantity, 0),
        ),
        ...rejected.map(row => figure(`拒收·${differenceWords[row.reason] ?? row.reason}`, row.quantity)),
      ],
    },
  )
}

async function batchFace(tx: Tx, countyId: number, batchId: number | null): Promise<number> {
  const batch = await tx
    .selectFrom('batch')
    .select('faceValueFen')
    .where('countyId', '=', countyId)
    .where('batchId', '=', batchId ?? 0)
    .executeTakeFirst()
  return batch?.faceValueFen ?? 0
}

/** 核对差异表: every number that is not simply good, and what happens to it. */
async function differencesContent(tx: Tx, source: SlipSource): Promise<Content> {
  const { countyId, documentId, parentId } = source
  const rows = await tx
    .selectFrom('stockInResult')
    .select(['firstSerial', 'lastSerial', 'class', 'reason'])
    .where('countyId', '=', countyId)
    .where('documentId', '=', documentId)
    .where('class', '<>', 'match')
    .orderBy('firstSerial')
    .limit(mostDifferences)
    .execute()
  const exceptions = await readExceptions(tx, source)
  const faceValueFen = await batchFace(tx, countyId, parentId)
  const treatment = (found: string) => (found === 'missing' ? '待补' : found === 'extra' ? '不入库' : '拒收')
  const cards = [
    ...rows.map(row => ({ ...row, note: `${differenceWords[row.class] ?? row.class}·${treatment(row.class)}` })),
    ...exceptions.map(row => ({ ...row, note: `检验不合格（${row.reason}）·拒收` })),
  ]
  return plainContent(
    source,
    cards.map(line => ({ ...line, faceValueFen })),
    { fields: [{ label: '批次', value: source.parentNo ?? '' }, ...bodyFields('differences', source.body)] },
  )
}

const mostDifferences = 5_000

/** 废卡销毁清单: the cards of this void that are destroyed, with day, way and witnesses. */
async function destructionContent(tx: Tx, source: SlipSource): Promise<Content> {
  const rows = await tx
    .selectFrom('custody')
    .select(['firstSerial', 'lastSerial', 'faceValueFen', 'sealNo', 'destruction'])
    .where('countyId', '=', source.countyId)
    .where('documentId', '=', source.documentId)
    .where('destroyedAt', 'is not', null)
    .orderBy('firstSerial')
    .execute()
  const how = rows[0]?.destruction
  const [one, two] = readList(how, 'witnesses')
  const fields = [
    { label: '销毁日期', value: readText(how, 'on') },
    { label: '销毁方式', value: readText(how, 'method') },
    { label: '见证人一', value: readText(one, 'name') },
    { label: '见证人二', value: readText(two, 'name') },
    { label: '监销', value: readText(how, 'supervisor.name') },
  ]
  const cards = rows.map(({ destruction: _how, sealNo, ...row }) => ({ ...row, note: sealNo }))
  return plainContent(source, cards, { fields: fields.filter(field => field.value !== '') })
}

/** 领卡申请单: what was asked and approved per face value, and what was available when it was approved. */
function applicationContent(_tx: Tx, source: SlipSource): Promise<Content> {
  const lines = source.lines.map((line, place) => ({
    lineNo: place + 1,
    faceValueFen: line.faceValueFen,
    firstSerial: null,
    lastSerial: null,
    quantity: line.quantity,
    approvedQuantity: line.approvedQuantity,
    amountFen: (line.approvedQuantity ?? line.quantity) * line.faceValueFen,
    note: line.note,
  }))
  const counted = lines.map(line => ({ ...line, quantity: line.approvedQuantity ?? line.quantity }))
  const availability = [...readList(source.body, 'atApproval')].flatMap(row => {
    const face = read(row, 'faceValueFen')
    const free = read(row, 'available')
    return typeof face === 'number' && typeof free === 'number'
      ? [{ label: `批准时可申请 ${yuan(face)}元`, value: `${Math.max(0, free)}张` }]
      : []
  })
  return Promise.resolve({
    fields: bodyFields('LS', source.body),
    lines,
    totals: totalsOf(counted),
    summary: availability,
  })
}

/** 领卡单: the cards issued; those the station refused stand apart. */
async function issueContent(tx: Tx, source: SlipSource): Promise<Content> {
  const application = await tx
    .selectFrom('document')
    .select('body')
    .where('countyId', '=', source.countyId)
    .where('documentId', '=', source.parentId ?? 0)
    .executeTakeFirst()
  const refused = badFigures(readList(source.body, 'refusals'), '拒收')
  const excluded = badFigures(readList(source.body, 'excluded'), '剔除坏卡')
  return plainContent(source, source.lines.flatMap(cardsOf), {
    fields: [
      { label: '申请单', value: source.parentNo ?? '' },
      ...bodyFields('LS', application?.body).filter(field => field.label.startsWith('领卡员')),
      ...bodyFields('CK', source.body),
    ],
    summary: [...excluded, ...refused],
  })
}

/** Bad ranges of a body as figures by reason. */
function badFigures(ranges: readonly unknown[], label: string): SlipField[] {
  const quantities = new Map<string, number>()
  for (const range of ranges) {
    const [first, last, reason] = [read(range, 'firstSerial'), read(range, 'lastSerial'), readText(range, 'reason')]
    if (typeof first !== 'number' || typeof last !== 'number') continue
    quantities.set(reason, (quantities.get(reason) ?? 0) + last - first + 1)
  }
  return [...quantities].map(([reason, n]) => ({
    label: `${label}·${badReasonWords[reason] ?? reason}`,
    value: `${n}张`,
  }))
}

/** 返卡单: what was taken in counts; what was not intact stands apart. */
async function returnContent(tx: Tx, source: SlipSource): Promise<Content> {
  const application = await tx
    .selectFrom('documentLine')
    .select(eb => eb.fn.sum<number>('quantity').as('asked'))
    .where('countyId', '=', source.countyId)
    .where('documentId', '=', source.parentId ?? 0)
    .executeTakeFirst()
  const cards = source.lines.flatMap(line =>
    cardsOf(line).map(range => (line.result === 'bad' ? { ...range, note: badNote(line), apart: true } : range)),
  )
  const figure = (label: string, n: number) => ({ label, value: `${n}张` })
  const [good, bad] = [cards.filter(line => !('apart' in line)), cards.filter(line => 'apart' in line)]
  return plainContent(source, cards, {
    fields: [{ label: '申请单', value: source.parentNo ?? '' }, ...bodyFields('FK', source.body)],
    summary: [
      figure('申请', Number(application?.asked ?? 0)),
      figure('实收', totalQuantity(cards)),
      figure('合格', totalQuantity(good)),
      figure('不合格', totalQuantity(bad)),
    ],
  })
}

const badNote = (line: StoredLine) => `不合格：${badReasonWords[line.note] ?? line.note}`

/** 退卡单: every part of the refund. */
function sellerReturnContent(_tx: Tx, source: SlipSource): Promise<Content> {
  const refunds = readList(source.body, 'refunds').map(part => ({
    label: `退款·${paymentWords[readText(part, 'method')] ?? ''}`,
    value: [yuanOf(read(part, 'amountFen')), readText(part, 'reference')].filter(text => text !== '').join(' '),
  }))
  return Promise.resolve(plainContent(source, source.lines.flatMap(cardsOf), { summary: refunds }))
}

const yuanOf = (value: unknown) => (typeof value === 'number' ? `${yuan(value)}元` : '')

/** 卡片业务受理单: in an exchange the old cards count and the new ones stand apart. */
function serviceContent(_tx: Tx, source: SlipSource): Promise<Content> {
  const cards = source.lines.flatMap(line =>
    cardsOf(line).map(range => {
      if (line.result === 'new') return { ...range, note: '新卡', apart: true }
      return line.result === 'old' ? { ...range, note: '旧卡' } : range
    }),
  )
  return Promise.resolve(plainContent(source, cards))
}
