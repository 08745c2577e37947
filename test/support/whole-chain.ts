// A batch of any size through its whole chain, each step by its operations, with the time and the peak memory of each.

import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { SealScheme } from '../../src/domain/card-file/envelope.ts'
import { createDocument } from '../../src/domain/document.ts'
import { auditLedger } from '../../src/domain/ledger-audit.ts'
import { printSerial, readSerial } from '../../src/domain/serial.ts'
import { moveCards } from '../../src/domain/stock.ts'
import { draw, receiver } from './card-steps.ts'
import { createMaker, type MadeBatch } from './maker.ts'
import type { World } from './world.ts'

export interface Measured {
  step: string
  ms: number
  /** Of it, processor time of this process: what the machine's other work leaves as it is. */
  cpuMs: number
  /** Most memory of this process, the database not counted. */
  peakMb: number
}

export interface Chain {
  steps: Measured[]
  /** Best of several moves forth and back, by number of cards. */
  moves: { cards: number; ms: number }[]
  newCardFileBytes: number
  batch: MadeBatch
}

const sampleEveryMs = 10
const megabyte = 1024 * 1024

/** Runs one step; the peak is exact where it is the highest of the process so far, and sampled else. */
async function measure<T>(steps: Measured[], step: string, work: () => Promise<T>): Promise<T> {
  const before = process.resourceUsage().maxRSS
  let sampled = process.memoryUsage.rss()
  const timer = setInterval(() => {
    sampled = Math.max(sampled, process.memoryUsage.rss())
  }, sampleEveryMs)
  const [began, cpuBefore] = [performance.now(), process.cpuUsage()]
  try {
    return await work()
  } finally {
    const ms = Math.round(performance.now() - began)
    const cpu = process.cpuUsage(cpuBefore)
    clearInterval(timer)
    const after = process.resourceUsage().maxRSS
    const peak = after > before ? after * 1024 : sampled
    steps.push({ step, ms, cpuMs: Math.round((cpu.user + cpu.system) / 1_000), peakMb: Math.round(peak / megabyte) })
  }
}

export async function runChain(world: World, quantity: number, scheme: SealScheme): Promise<Chain> {
  const steps: Measured[] = []
  const step = <T>(name: string, work: () => Promise<T>) => measure(steps, name, work)
  const maker = await createMaker(world, `卡厂 ${scheme} ${quantity}`, scheme)
  const making = world.as('card').cardMaking
  const approved = await step('登记与批准 register, approve', async () => {
    const created = await making.create({
      faceValueFen: 5_000,
      quantity,
      manufacturerId: maker.manufacturerId,
      expectedOn: new Date().toISOString().slice(0, 10),
    })
    const { documentId, version } = await making.submit(created)
    return world.as('finance').cardMaking.approve({ documentId, version })
  })
  const first = readSerial(approved.firstSerial)?.stored ?? 0
  const batch: MadeBatch = {
    documentId: approved.documentId,
    documentNo: approved.documentNo ?? '',
    stored: n => first + n,
    serial: n => printSerial(first + n),
  }
  const { documentId } = approved
  await step('生成 generate', async () => world.jobDone((await making.generate({ documentId })).jobId))
  const newCardFileBytes = await step('下载新卡文件 file', async () => {
    const { download } = await making.download({ documentId })
    await making.markSent({ documentId })
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() })
    await finished(world.services.files.read(download.path).pipe(sink))
    return download.sizeBytes
  })
  const fileId = await step('厂家制卡 manufacturer', async () => world.upload(await maker.deliver(documentId)))
  const stockInId = await step('核对 compare', async () => {
    const created = await world.as('card').stockIn.create({ batchId: documentId })
    await world.jobDone((await world.as('card').stockIn.upload({ documentId: created.documentId, fileId })).jobId)
    return created.documentId
  })
  await step('检验与入库 inspect, stock-in', async () => {
    const [bad] = [batch.serial(quantity - 1)]
    const exceptions = [{ firstSerial: bad, lastSerial: bad, reason: '污损' }]
    await world.as('card').stockIn.inspect({ documentId: stockInId, exceptions })
    const { version } = await world.as('card').stockIn.submit({ documentId: stockInId })
    await world.as('finance').stockIn.accept({ documentId: stockInId, version, confirm: '拒收' })
  })
  const cards = quantity - 1
  await step('领卡 draw', () => draw(world, 'station1', batch, { from: 0, quantity: cards }))
  await sellAndReturn(world, batch, cards, step)
  const { differences } = await step('审计 audit', () => auditLedger(world.db))
  if (differences.length > 0) throw new Error(JSON.stringify(differences))
  return { steps, newCardFileBytes, batch, moves: await timeMoves(world, batch, cards) }
}

async function sellAndReturn(
  world: World,
  batch: MadeBatch,
  cards: number,
  step: <T>(name: string, work: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const ranges = [{ firstSerial: batch.serial(0), lastSerial: batch.serial(cards - 1) }]
  const money = { method: 'cash' as const, amountFen: cards * 5_000 }
  const station = world.as('station1')
  const [sellerId] = world.places.sellers
  await step('购卡 purchase', () =>
    station.sellerPurchase.execute({ sellerId, ranges, payment: money, jointCheck: { confirmed: 'paper' } }),
  )
  await step('退卡 seller return', () => station.sellerReturn.execute({ ranges, refunds: [money], intact: true }))
  await step('返卡 station return', async () => {
    const created = await station.stationReturn.create({ ranges, reason: 'slow', sender: receiver })
    const { documentId, version } = await station.stationReturn.submit({ documentId: created.documentId })
    await world.as('card').stationReturn.approve({ documentId, version })
    const finance = world.as('finance').stationReturn
    const slip = await finance.prepare({ documentId })
    await finance.scan({ documentId: slip.documentId, good: ranges })
    await finance.takeIn({ documentId: slip.documentId })
  })
}

const rounds = 5

/** Moves of one card, of a thousand and of all, to a station and back, each in a transaction of its own. */
async function timeMoves(world: World, batch: MadeBatch, most: number): Promise<Chain['moves']> {
  const { county, stations } = world.places
  const actor = world.actor('finance')
  const operatorId = actor.operatorId ?? 0
  const { documentId } = await world.inTransaction(tx => createDocument(tx, actor, { kind: 'CK', holderId: county }))
  const moves: Chain['moves'] = []
  for (const cards of [1, 1_000, most]) {
    const from = cards === most ? 0 : Math.floor((most - cards) / 2)
    const ranges = [{ firstSerial: batch.stored(from), lastSerial: batch.stored(from + cards - 1) }]
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      for (const [kind, fromHolderId, toHolderId] of [
        ['draw', county, stations[0]],
        ['stationReturn', stations[0], county],
      ] as const) {
        const began = performance.now()
        const move = { countyId: actor.countyId, kind, ranges, fromHolderId, toHolderId, documentId, operatorId }
        await world.inTransaction(tx => moveCards(tx, { ...move, at: new Date() }))
        times.push(performance.now() - began)
      }
    }
    moves.push({ cards, ms: Math.round(Math.min(...times) * 10) / 10 })
  }
  return moves
}

/** The table for people. */
export function chainTable({ steps, moves, newCardFileBytes }: Chain, title: string): string {
  const rows = steps.map(
    ({ step, ms, cpuMs, peakMb }) =>
      `  ${String(ms).padStart(9)} ms ${String(cpuMs).padStart(9)} ms CPU ${String(peakMb).padStart(6)} MB  ${step}`,
  )
  const moved = moves.map(
    ({ cards, ms }) =>
      `  ${String(ms).padStart(9)} ms                             移动 ${cards} 张 / a move of so many`,
  )
  return [title, ...rows, ...moved, `  新卡文件 / new-card file: ${newCardFileBytes} bytes`, ''].join('\n')
}
