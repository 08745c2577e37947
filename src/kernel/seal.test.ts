// The audit chain over a real database: a thousand commands at once, then every way of touching a row named.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { type OpenDatabase, openDatabase } from './db.ts'
import { createExecute, type Execute } from './execute.ts'
import { silentLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { operationsFor } from './operation.ts'
import { refuse } from './refusal.ts'
import { sealAudit, verifyAudit } from './seal.ts'
import { partActor } from './session.ts'

const { command } = operationsFor<object>()
const key = Buffer.alloc(32, 7)
const countyId = 5

/** Writes one row of its own; refuses every tenth. */
const note = command({
  roles: ['worker'],
  input: z.strictObject({ n: z.int() }),
  output: z.object({ n: z.int() }),
  async run({ tx }, { n }) {
    await sql`select pg_sleep(0.002)`.execute(tx)
    if (n % 10 === 9) refuse('badInput')
    return { n }
  },
})

let database: TestDatabase
let opened: OpenDatabase
let execute: Execute
beforeAll(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ url: database.url, poolSize: 40, statementTimeoutMs: 60_000, onIdleError: () => {} })
  await sql`insert into county (county_id, code, name, name_en) values (${countyId}, '410125', '测试县', 'Test')`.execute(
    opened.db,
  )
  const operations = new Map([['test.note', note]])
  execute = createExecute({
    operations,
    db: opened.db,
    services: {},
    digestKey: Buffer.alloc(32),
    log: silentLog,
    metrics: createMetrics(),
    now: () => new Date(),
    maxTries: 3,
    batchSize: 200,
  })
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

const worker = partActor('worker', countyId)
const run = (n: number) => execute({ name: 'test.note', input: { n }, actor: worker }).catch(() => null)
/** As somebody with rights over the database would: triggers off. */
const forge = async (statement: ReturnType<typeof sql>) => {
  await opened.db.transaction().execute(async tx => {
    await sql`alter table audit disable trigger user`.execute(tx)
    await statement.execute(tx)
    await sql`alter table audit enable trigger user`.execute(tx)
  })
}

describe('a thousand commands at once in one county', () => {
  it('wait on no lock of the audit, while the sealer works', async () => {
    const waits: string[] = []
    let watching = true
    const watch = (async () => {
      while (watching) {
        const { rows } = await sql<{ relation: string }>`
          select coalesce(c.relname, l.locktype) as relation from pg_locks l left join pg_class c on c.oid = l.relation
          where not l.granted and l.database = (select oid from pg_database where datname = current_database())`.execute(
          opened.db,
        )
        waits.push(...rows.map(row => row.relation))
        await sealAudit(opened.db, key)
      }
    })()
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => run(n)))
    watching = false
    await watch
    expect(waits.filter(name => name.startsWith('audit') || name === 'transactionid' || name === 'advisory')).toEqual(
      [],
    )
  })

  it('leave a whole chain', async () => {
    while ((await sealAudit(opened.db, key)) > 0);
    const report = await verifyAudit(opened.db, key)
    expect(report).toMatchObject({ sealedRows: 1_000, unsealedRows: 0, faults: [] })
    const { rows } = await sql<{
      refused: number
    }>`select count(*)::int as refused from audit where outcome = 'badInput'`.execute(opened.db)
    expect(rows[0]?.refused).toBe(100)
  })

  it('names a row that was changed', async () => {
    await forge(
      sql`update audit set outcome = 'done', details = '{"n": 9}' where county_id = ${countyId} and audit_id = 500`,
    )
    const { faults } = await verifyAudit(opened.db, key)
    expect(faults).toEqual([{ countyId, sealNo: expect.any(Number), auditId: 500, fault: 'changed' }])
  })

  it('names a row that was deleted and one that was slipped in', async () => {
    await forge(sql`delete from audit where county_id = ${countyId} and audit_id = 700`)
    await forge(
      sql`insert into audit (county_id, request_id, operation, outcome, actor_role, actor_name, details) values (${countyId}, 'x', 'forged', 'done', 'worker', 'x', '{}')`,
    )
    const { faults } = await verifyAudit(opened.db, key)
    expect(faults.map(({ auditId, fault }) => `${auditId ?? ''} ${fault}`)).toEqual(
      expect.arrayContaining(['500 changed', '700 deleted']),
    )
    expect(faults.filter(({ fault }) => fault === 'neverQueued')).toHaveLength(1)
  })

  it('notices another key', async () => {
    const { faults } = await verifyAudit(opened.db, Buffer.alloc(32, 8))
    expect(faults.some(({ fault }) => fault === 'sealBroken')).toBe(true)
  })
})
