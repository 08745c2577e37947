// The main job, end to end: three people bring a batch from making to a seller over HTTP, a telephone redeems one of its
// cards, and the money is in the billing system; then both audits prove it.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { printSerial, readSerial } from '../src/domain/serial.ts'
import type { Client } from '../src/kernel/client.ts'
import { openSecrets } from '../src/kernel/secrets.ts'
import { openPins } from '../src/main/pins.ts'
import { createMisAdmin, type MisAdmin } from '../src/mis/simulator/admin-client.ts'
import type { AppRegistry } from '../src/registry.ts'
import { type Demo, HttpRefusal, type Product, startProduct } from './support/product.ts'

const accountNo = '4101000002'
const faceValueFen = 10_000
let product: Product
let demo: Demo
let admin: MisAdmin
let people: Record<'card' | 'finance' | 'station', { api: Client<AppRegistry>; token: string }>

beforeAll(async () => {
  product = await startProduct()
  demo = await product.demo()
  const secrets = openSecrets(join(product.dataDir, 'secrets'))
  admin = createMisAdmin({
    url: `http://127.0.0.1:${product.environment.DIANKA_MIS_PORT}`,
    token: secrets.text('mis-admin'),
  })
  const signIn = (role: string) => {
    const found = demo.signIns.find(candidate => candidate.role === role)
    if (!found) throw new Error(`nobody is ${role}`)
    return product.signIn(found.name, found.password)
  }
  const [card, finance, station] = await Promise.all(
    ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'].map(signIn),
  )
  if (!card || !finance || !station) throw new Error('three people')
  people = { card, finance, station }
})
afterAll(() => product?.close())

async function jobDone(api: Client<AppRegistry>, jobId: number): Promise<void> {
  for (;;) {
    const { state, error } = await api.job.get({ jobId })
    if (state === 'succeeded') return
    if (state === 'failed' || state === 'cancelled') throw new Error(`${state}: ${error}`)
    await sleep(50)
  }
}

async function download(documentId: number): Promise<Buffer> {
  const response = await fetch(`${product.web}/api/cardMaking.download`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${people.card.token}` },
    body: JSON.stringify({ documentId }),
  })
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

async function upload(bytes: Buffer): Promise<number> {
  const response = await fetch(`${product.web}/api/files?name=produced`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${people.card.token}` },
    body: new Uint8Array(bytes),
  })
  const { fileId } = await response.json()
  return fileId
}

/** Registers the manufacturer and has a batch made, approved, generated, produced and stocked in. */
async function stockedBatch(quantity: number): Promise<{ first: number }> {
  const { card, finance } = people
  const maker = join(product.dataDir, 'maker')
  const keygen = await product.command('manufacturer', 'keygen', '--out', maker, '--name', '测试卡厂')
  expect(keygen.stderr).toBe('')
  expect(keygen.code).toBe(0)
  const publicKey = await readFile(join(maker, 'public.asc'), 'utf8')
  const { manufacturerId, fingerprint } = await card.api.manufacturer.register({ name: '测试卡厂', publicKey })
  await finance.api.manufacturer.confirm({ manufacturerId, fingerprint })
  const { documentId } = await card.api.cardMaking.create({
    faceValueFen,
    quantity,
    manufacturerId,
    expectedOn: '2026-12-01',
  })
  const submitted = await card.api.cardMaking.submit({ documentId })
  const seen = { documentId, version: submitted.version }
  await expect(card.api.cardMaking.approve(seen)).rejects.toBeInstanceOf(HttpRefusal)
  const approved = await finance.api.cardMaking.approve(seen)
  await jobDone(card.api, (await card.api.cardMaking.generate({ documentId })).jobId)
  await writeFile(join(maker, 'new-cards'), await download(documentId))
  await writeFile(join(maker, 'county.asc'), (await card.api.manufacturer.countyKey({})).publicKey)
  await card.api.cardMaking.markSent({ documentId })
  const first = readSerial(approved.firstSerial)?.stored ?? 0
  const produced = await product.command(
    'manufacturer',
    'produce',
    '--in',
    join(maker, 'new-cards'),
    '--out',
    join(maker, 'produced-cards'),
    '--key',
    join(maker, 'private.asc'),
    '--county',
    join(maker, 'county.asc'),
    '--faulty',
    printSerial(first + quantity - 1),
    '--leave-out',
    printSerial(first + quantity - 2),
  )
  expect(produced.stderr).toBe('')
  const delivery = await card.api.stockIn.create({ batchId: documentId, deliveryNo: 1 })
  const fileId = await upload(await readFile(join(maker, 'produced-cards')))
  await jobDone(card.api, (await card.api.stockIn.upload({ documentId: delivery.documentId, fileId })).jobId)
  await card.api.stockIn.inspect({ documentId: delivery.documentId })
  const inspected = await card.api.stockIn.submit({ documentId: delivery.documentId })
  const accepted = await finance.api.stockIn.accept({
    documentId: delivery.documentId,
    version: inspected.version,
    confirm: '拒收',
  })
  expect(accepted).toMatchObject({ admitted: quantity - 2, rejected: 1 })
  return { first }
}

it('a batch becomes cards, a card becomes money on an account', async () => {
  const { card, finance, station } = people
  const quantity = 40
  const { first } = await stockedBatch(quantity)
  const serial = printSerial(first)
  const pin = openPins(openSecrets(join(product.dataDir, 'secrets')), true).draw(first, 12)
  const keys = `1,${serial}#,${pin}#,${accountNo}#,1`
  const before = await admin.account(accountNo)

  // Keyed ahead in one go: who knows the way need not listen.
  const ahead = `!1${serial}#${pin}#`
  const early = await product.command('call', '--keys', ahead, '--linger', '15000')
  expect(early.stdout).toContain('尚未激活')

  const application = await station.api.stationDraw.create({
    lines: [{ faceValueFen, quantity: 30 }],
    receiver: { name: '周领卡', staffNo: 'L100' },
  })
  const submitted = await station.api.stationDraw.submit({ documentId: application.documentId })
  await card.api.stationDraw.approve({ documentId: application.documentId, version: submitted.version })
  const { documentId } = await finance.api.stationDraw.prepare({ documentId: application.documentId })
  await finance.api.stationDraw.scan({
    documentId,
    ranges: [{ firstSerial: serial, lastSerial: printSerial(first + 29) }],
  })
  await finance.api.stationDraw.confirmCheck({ documentId, staffNo: 'L100' })
  await finance.api.stationDraw.issue({ documentId })
  await station.api.stationDraw.accept({ documentId })

  const { places } = await station.api.org.list({})
  const seller = places.find(place => place.kind === 'seller')
  if (!seller) throw new Error('the station has a seller')
  await station.api.sellerPurchase.execute({
    sellerId: seller.holderId,
    ranges: [{ firstSerial: serial, lastSerial: printSerial(first + 9) }],
    payment: { method: 'cash', amountFen: 10 * faceValueFen },
    jointCheck: { confirmed: 'paper' },
  })

  const call = await product.command('call', '--keys', keys)
  expect(call.stdout).toContain('充值成功')
  expect(call.stdout).toContain('一百元')
  expect(call.stdout).not.toContain(pin)
  expect(call.code).toBe(0)

  const after = await admin.account(accountNo)
  const worth = (account: typeof after) =>
    account ? account.balanceFen - account.dueFen - account.lateFeeFen : Number.NaN
  expect(worth(after) - worth(before)).toBe(faceValueFen)
  const { recharges } = await finance.api.recharge.list({ pageSize: 1 })
  expect(recharges[0]).toMatchObject({ state: 'succeeded', amountFen: faceValueFen })
  const { steps } = await finance.api.call.transcript({ callId: recharges[0]?.callId ?? '' })
  expect(steps.map(step => step.text).join(' ')).toContain('充值成功')
  expect(JSON.stringify(steps)).not.toContain(pin)

  const again = await product.command('call', '--keys', ahead, '--linger', '15000')
  expect(again.stdout).toMatch(/此卡已于.*充入/)

  const audit = await product.command('audit')
  expect(audit.stdout + audit.stderr).toContain('全部相符')
  expect(audit.code).toBe(0)
  const both = await product.command('mis', 'audit')
  expect(both.stdout + both.stderr).toContain('恰好一次')
  expect(both.code).toBe(0)
})

it('refuses bad input at every door with a clear sentence and loses nothing', async () => {
  const post = (name: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${product.web}/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  const bearer = { authorization: `Bearer ${people.card.token}` }
  for (const [response, status] of [
    [await post('cardMaking.create', '{"broken', bearer), 400],
    [await post('cardMaking.create', '{"quantity":"x"}', bearer), 422],
    [await post('cardMaking.nothing', '{}', bearer), 404],
    [await post('cardMaking.list', '{}'), 401],
    [await post('operator.create', '{}', bearer), 403],
    [await post('cardMaking.create', JSON.stringify({ note: 'x'.repeat(2_000_000) }), bearer), 413],
  ] as const) {
    expect(response.status).toBe(status)
    const { error } = await response.json()
    expect(error.message).toMatch(/\S/)
  }
  const health = await fetch(`${product.web}/readyz`)
  expect(await health.json()).toEqual({ ready: true, missing: null })
})
