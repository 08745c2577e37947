// The one road over a real database: what is refused leaves nothing but its audit row, what is repeated happens once.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { type OpenDatabase, openDatabase } from './db.ts'
import { createExecute, type Execute } from './execute.ts'
import { silentLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { operationsFor } from './operation.ts'
import { masked, maskMiddle, redact, secret } from './redact.ts'
import { Refusal, refuse, UnexpectedFailure } from './refusal.ts'
import { partActor } from './session.ts'

const { command, query } = operationsFor<object>()
const countyId = 6
const input = z.strictObject({ n: z.int(), pin: secret(z.string()).optional() })
const output = z.object({ id: z.int() })
let batches: number[] = []

const insert = sql<{
  jobId: number
}>`insert into job (county_id, kind, input) values (${countyId}, 'test', '{}') returning job_id`

/** Writes a row; refuses 13, breaks at 666, always alone. */
const write = command({
  roles: ['worker'],
  input,
  output,
  async run({ tx }, { n }) {
    const { rows } = await insert.execute(tx)
    if (n === 13) refuse('tooBusy')
    if (n === 666) throw new Error('a bug')
    return { id: rows[0]?.jobId ?? 0 }
  },
})

/** The same, alone or together. */
const together = command({
  roles: ['worker'],
  input,
  output,
  run: (context, asked) => write.run(context, asked),
  async runMany({ tx }, items) {
    batches.push(items.length)
    if (items.some(item => item.input.n === 666)) throw new Error('one bad row')
    const answers = []
    for (const item of items) {
      if (item.input.n === 13) answers.push(new Refusal('tooBusy'))
      else answers.push({ id: (await insert.execute(tx)).rows[0]?.jobId ?? 0 })
    }
    return answers
  },
})

const read = query({
  roles: ['worker'],
  input: z.strictObject({}),
  output: z.object({ n: z.int() }),
  async run({ tx }) {
    await sql`insert into job (county_id, kind, input) values (${countyId}, 'x', '{}')`.execute(tx)
    return { n: 1 }
  },
})

let database: TestDatabase
let opened: OpenDatabase
let execute: Execute
beforeAll(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ url: database.url, poolSize: 10, statementTimeoutMs: 30_000, onIdleError: () => {} })
  await sql`insert into county (county_id, code, name, name_en) values (${countyId}, '410126', '测试县', 'Test')`.execute(
    opened.db,
  )
  const operations = new Map(Object.entries({ 'test.write': write, 'test.together': together, 'test.read': read }))
  execute = createExecute({
    operations,
    db: opened.db,
    services: {},
    digestKey: Buffer.alloc(32),
    log: silentLog,
    metrics: createMetrics(),
    now: () => new Date(),
    maxTries: 3,
    batchSize: 50,
  })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const actor = partActor('worker', countyId)
const run = (name: string, n: number, key?: string) =>
  execute({ name, input: { n, pin: '123456789012' }, actor, ...(key === undefined ? {} : { key }) })
const rowsNow = async () => (await opened.db.selectFrom('job').select('jobId').execute()).length
const auditOf = async (outcome: string) =>
  (
    await opened.db
      .selectFrom('audit')
      .select('auditId')
      .where('countyId', '=', countyId)
      .where('outcome', '=', outcome)
      .execute()
  ).length

describe('a command', () => {
  it('that is refused leaves nothing but an audit row, and no key', async () => {
    const [rows, refused] = [await rowsNow(), await auditOf('tooBusy')]
    await expect(run('test.write', 13, 'refused')).rejects.toMatchObject({ code: 'tooBusy' })
    expect(await rowsNow()).toBe(rows)
    expect(await auditOf('tooBusy')).toBe(refused + 1)
    expect(await opened.db.selectFrom('idempotency').selectAll().where('key', '=', 'refused').execute()).toEqual([])
  })

  it('that breaks tells nothing of its insides and leaves nothing', async () => {
    const rows = await rowsNow()
    const failure = await run('test.write', 666).catch(error => error)
    expect(failure).toBeInstanceOf(UnexpectedFailure)
    expect(String(failure)).not.toContain('a bug')
    expect(await rowsNow()).toBe(rows)
  })

  it('happens once for a key, however often and at once it is repeated', async () => {
    const rows = await rowsNow()
    const answers = await Promise.all(Array.from({ length: 12 }, () => run('test.write', 1, 'once')))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(await rowsNow()).toBe(rows + 1)
    await expect(run('test.write', 2, 'once')).rejects.toMatchObject({ code: 'keyReused' })
  })

  it('is refused to other roles, with every problem of its input named at once', async () => {
    await expect(
      execute({ name: 'test.write', input: { n: 1 }, actor: partActor('hotline', countyId) }),
    ).rejects.toMatchObject({ code: 'notAllowed' })
    const failure = await execute({ name: 'test.write', input: { n: 'x', extra: 1 }, actor }).catch(error => error)
    expect(failure).toMatchObject({ code: 'badInput', details: { problems: [expect.any(String), expect.any(String)] } })
  })

  it('writes no secret into the audit', async () => {
    await run('test.write', 3)
    const rows = await opened.db.selectFrom('audit').select('details').where('countyId', '=', countyId).execute()
    expect(JSON.stringify(rows)).not.toContain('123456789012')
    expect(JSON.stringify(rows)).toContain('●●●')
  })
})

describe('commands that travel together', () => {
  it('share transactions, and a refusal among them sinks only itself', async () => {
    batches = []
    const rows = await rowsNow()
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => run('test.together', n === 40 ? 13 : n + 1_000, `t${n}`)),
    )
    expect(results.filter(result => result.status === 'rejected')).toHaveLength(1)
    expect(await rowsNow()).toBe(rows + 99)
    expect(Math.max(...batches)).toBeGreaterThan(1)
    expect(batches.every(size => size <= 50)).toBe(true)
  })

  it('go one by one when a batch fails as a whole, so that one bad row sinks only itself', async () => {
    const rows = await rowsNow()
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => run('test.together', n === 7 ? 666 : n + 2_000, `b${n}`)),
    )
    expect(results.filter(result => result.status === 'rejected')).toHaveLength(1)
    expect(await rowsNow()).toBe(rows + 29)
  })

  it('never carry one key twice', async () => {
    const rows = await rowsNow()
    const answers = await Promise.all(Array.from({ length: 40 }, () => run('test.together', 5, 'same')))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(await rowsNow()).toBe(rows + 1)
  })
})

describe('a query', () => {
  it('cannot write', async () => {
    await expect(execute({ name: 'test.read', input: {}, actor })).rejects.toBeInstanceOf(UnexpectedFailure)
  })
})

describe('redaction', () => {
  it('hides what is marked, wherever it stands, and leaves out what no schema vouches for', () => {
    const schema = z.object({
      pin: secret(z.string()).nullable(),
      list: z.array(z.object({ account: masked(z.string()) })),
      n: z.int().optional(),
    })
    const value = { pin: '1234', list: [{ account: '4101000001' }], n: 1, stray: 'x' }
    expect(redact(schema, value)).toEqual({ pin: '●●●', list: [{ account: '410*****01' }], n: 1 })
  })
  it.each([
    ['001300000120', '0013****0120'],
    ['4101000001', '410*****01'],
    ['1234', '****'],
  ])('masks %s as %s', (text, shown) => expect(maskMiddle(text)).toBe(shown))
})
