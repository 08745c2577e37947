// Generation leaves everything or nothing: when its node is killed at any step, when it is cancelled, when it fails.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMaker, type Maker } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { JobCancelled } from '../../kernel/jobs.ts'
import { openStream, peerOf } from './envelope.ts'
import { finishInterruptedGenerations, generateCards } from './generate.ts'
import { lineGroups } from './lines.ts'

const quantity = 950
let world: World
let maker: Maker
beforeEach(async () => {
  world = await createWorld({ runJobs: false })
  maker = await createMaker(world)
})
afterEach(() => world.close())

async function approvedBatch(cardsWanted = quantity): Promise<number> {
  const making = world.as('card').cardMaking
  const wanted = {
    faceValueFen: 5_000,
    quantity: cardsWanted,
    manufacturerId: maker.manufacturerId,
    expectedOn: '2030-01-31',
  }
  const { documentId, version } = await making.submit(await making.create(wanted))
  await world.as('finance').cardMaking.approve({ documentId, version })
  return documentId
}

const files = () => (existsSync(join(world.folder, 'files')) ? readdirSync(join(world.folder, 'files')) : [])
const settings = () => ({ db: world.db, pool: world.pool, services: world.services, now: world.now })
const stateOf = async (documentId: number) => (await world.as('card').cardMaking.get({ documentId })).head.state

async function cards(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from card`.execute(world.db)
  return rows[0]?.n ?? -1
}

/** Every card is in the file once with the PIN whose digest is kept. */
async function expectWhole(documentId: number): Promise<void> {
  expect(await stateOf(documentId)).toBe('generated')
  expect(await cards()).toBe(quantity)
  const { download } = await world.as('card').cardMaking.download({ documentId })
  const county = await world.services.countyKeys.privateKey(1)
  const clear = openStream(world.services.files.read(download.path), { as: maker.own, by: peerOf(county) })
  const lines: string[] = []
  for await (const group of lineGroups(clear)) lines.push(...group.filter(line => /^\d{12},\d{12}$/.test(line)))
  expect(new Set(lines).size).toBe(quantity)
  const checks = await Promise.all(
    lines.slice(0, 20).map(line => {
      const [serial = '', pin = ''] = line.split(',')
      return world.as('hotline').card.check({ serial, pin, caller: null })
    }),
  )
  // Right PINs of numbers that were never stocked in are no cards yet; a wrong one would count a try.
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from card_try`.execute(world.db)
  expect([checks.length, rows[0]?.n]).toEqual([20, 0])
  expect(files()).toEqual([download.path])
}

async function killWhen(when: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      fileURLToPath(new URL('../../../test/support/generating-child.ts', import.meta.url)),
      world.url,
      world.folder,
      when,
    ],
    { stdio: 'inherit' },
  )
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and state <> 'idle'`.execute(world.db)
    if (rows[0]?.n === 0) return
    await sleep(20)
  }
}

test.each([
  ['1', 0],
  ['451', 0],
  ['950', 0],
  ['drafted', 0],
  ['committed', quantity],
])('killed at %s, the next start finds or makes the whole', async (when, left) => {
  const documentId = await approvedBatch()
  const { jobId } = await world.as('card').cardMaking.generate({ documentId })
  await killWhen(when)
  expect(await cards()).toBe(left)
  expect(files().filter(name => !name.endsWith('.draft'))).toEqual([])
  await finishInterruptedGenerations(settings())
  expect(files()).toEqual(left === 0 ? [] : [`new-cards-1-${documentId}`])
  world.startJobs()
  await world.jobDone(jobId)
  await expectWhole(documentId)
})

test('cancelled before it began, it leaves nothing and can be begun again', async () => {
  const documentId = await approvedBatch()
  const card = world.as('card')
  const first = await card.cardMaking.generate({ documentId })
  await expect(card.cardMaking.generate({ documentId })).rejects.toMatchObject({ code: 'documentState' })
  await expect(card.cardMaking.cancel({ documentId })).rejects.toMatchObject({ code: 'documentState' })
  await card.job.cancel({ jobId: first.jobId })
  world.startJobs()
  await expect(world.jobDone(first.jobId)).rejects.toThrow('cancelled')
  expect([await cards(), files()]).toEqual([0, []])
  const second = await card.cardMaking.generate({ documentId })
  await world.jobDone(second.jobId)
  await expectWhole(documentId)
})

test('cancelled at 40 %, it leaves no number and no file', async () => {
  const { files: store } = world.services
  const documentId = await approvedBatch(50_000)
  const { jobId } = await world.as('card').cardMaking.generate({ documentId })
  // The file's reader waits where the job says 40 %, so that the cancellation meets it there.
  let at = 0
  async function* cancelling(bytes: AsyncIterable<Uint8Array>) {
    for await (const chunk of bytes) {
      const { doneCount, totalCount } = await world.as('card').job.get({ jobId })
      if (at === 0 && doneCount >= totalCount * 0.4 && totalCount > 0) {
        at = doneCount / totalCount
        await world.as('card').job.cancel({ jobId })
      }
      yield chunk
    }
  }
  world.services.files = { ...store, writeDraft: (path, bytes) => store.writeDraft(path, cancelling(bytes)) }
  world.startJobs()
  await expect(world.jobDone(jobId)).rejects.toThrow('cancelled')
  expect(at).toBe(0.4)
  expect([await stateOf(documentId), await cards(), files()]).toEqual(['approved', 0, []])
  const { batch } = await world.as('card').cardMaking.get({ documentId })
  expect([batch.fileName, batch.unadmitted]).toEqual([null, 0])
})

test.each([
  ['cancelled', new JobCancelled()],
  ['failed', new Error('the disk is full')],
])('%s in the middle, it leaves nothing and can be begun again', async (_how, error) => {
  const documentId = await approvedBatch()
  const { jobId } = await world.as('card').cardMaking.generate({ documentId })
  const progress = async (done: number) => {
    if (done >= 500) throw error
  }
  const control = { countyId: 1, jobId, createdBy: null, progress }
  await expect(generateCards({ ...settings(), chunkSize: 100 })(control, { documentId })).rejects.toMatchObject(
    error instanceof JobCancelled ? { name: 'JobCancelled' } : { code: 'ZK06', cause: error },
  )
  expect([await stateOf(documentId), await cards(), files()]).toEqual(['approved', 0, []])
  const again = await world.as('card').cardMaking.generate({ documentId })
  world.startJobs()
  await world.jobDone(again.jobId)
  await expectWhole(documentId)
})

test('a batch cancelled after its generation: all numbers are rejected', async () => {
  world.startJobs()
  const documentId = await approvedBatch()
  const card = world.as('card').cardMaking
  await world.jobDone((await card.generate({ documentId })).jobId)
  const { head } = await card.get({ documentId })
  await expect(card.cancel({ documentId })).rejects.toMatchObject({ code: 'ZK07', details: { n: quantity } })
  const cancelled = await card.cancel({ documentId, confirmNo: head.documentNo ?? '' })
  expect(cancelled).toMatchObject({ state: 'cancelled', rejected: quantity })
  expect((await card.get({ documentId })).batch).toMatchObject({ rejected: quantity, unadmitted: 0, stocked: 0 })
  await expect(card.download({ documentId })).rejects.toMatchObject({ code: 'documentState' })
})

test('what cannot be made is refused', async () => {
  const card = world.as('card').cardMaking
  const good = { faceValueFen: 5_000, quantity: 10, manufacturerId: maker.manufacturerId, expectedOn: '2030-01-31' }
  for (const [code, bad] of [
    ['ZK01', { quantity: 0 }],
    ['ZK01', { quantity: 1_000_001 }],
    ['ZK01', { quantity: 1.5 }],
    ['ZK02', { faceValueFen: 5_100 }],
    ['ZK03', { expiresOn: '2033-01-30' }],
    ['manufacturerNotFound', { manufacturerId: 999 }],
  ] as const) {
    await expect(card.create({ ...good, ...bad })).rejects.toMatchObject({ code })
  }
  const { documentId } = await card.create(good)
  expect((await card.get({ documentId })).batch.expiresOn).toBe('2033-01-31')
  const submitted = await card.submit({ documentId })
  const self = { ...world.actor('finance'), operatorId: world.actor('card').operatorId, staffNo: 'N-card' }
  await expect(world.as(self).cardMaking.approve({ documentId, version: submitted.version })).rejects.toMatchObject({
    code: 'C01',
  })
})
