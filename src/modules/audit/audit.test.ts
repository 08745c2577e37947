// The operation log: found by any field, of one's own county alone, as a file, and proved stretch by stretch.

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalOf } from '../../../test/support/sign-in.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { createCounty } from '../../domain/county.ts'
import { writeAudit } from '../../kernel/audit.ts'
import { sealAudit, verifyStretch } from '../../kernel/seal.ts'
import { anonymous } from '../../kernel/session.ts'

let world: World
const far = { ...anonymous, role: 'auditAdmin', countyId: 2, operatorId: 0, name: '外县审计' }
beforeAll(async () => {
  world = await createWorld()
  await world.inTransaction(tx =>
    createCounty(tx, { countyId: 2, code: '410124', name: '云岭县', nameEn: 'Yunling', hotlineNumber: null }),
  )
  await world.as('finance').businessSetting.propose({ changes: { approvalDays: 9 }, startsAt: null, reason: '100%_试' })
  await refusalOf(world.as('finance').businessSetting.propose({ changes: {}, startsAt: null, reason: '无' }))
  await refusalOf(world.execute({ name: 'cardMaking.create', input: {}, actor: world.actor('system') }))
  const entry = { requestId: 'far-1', operation: 'card.search', outcome: 'read', details: { reason: '外县' } }
  await writeAudit(world.db, [{ ...entry, actor: far }])
})
afterAll(() => world.close())

const me = () => world.as('audit').audit
const found = async (filter: object) => (await me().search({ ...filter, limit: 200 })).rows

describe('the operation log', () => {
  it.each([
    ['an operation', { operation: 'businessSetting.propose' }, 2],
    ['a module', { operation: 'businessSetting' }, 2],
    ['half a name of a module', { operation: 'businessS' }, 0],
    ['refused ones', { refused: true, operation: 'businessSetting' }, 1],
    ['an outcome', { outcomes: ['notAllowed'] }, 1],
    ['a name', { person: '人员 system' }, 1],
    ['a staff number', { person: 'N-finance', operation: 'businessSetting' }, 2],
    ['a sign-in name', { person: 'system' }, 1],
    ['a role', { role: 'systemAdmin' }, 1],
    ['text in the details', { text: '100%_试' }, 1],
    ['text that would match as a pattern', { text: '100__试' }, 0],
    ['text that would end a string', { text: "'; drop table audit; --" }, 0],
    ['a time before it all', { toAt: '2020-01-01T00:00:00Z' }, 0],
    ['another county’s request', { requestId: 'far-1' }, 0],
  ])('is found by %s', async (_what, filter, n) => {
    expect((await found(filter)).filter(({ operation }) => operation !== 'audit.search')).toHaveLength(n)
  })

  it('pages without a gap while it grows, since every look is written down itself', async () => {
    const seen: number[] = []
    let after: string | undefined
    for (let page = 0; page < 3; page += 1) {
      const answer = await me().search({ limit: 2, ...(after === undefined ? {} : { after }) })
      seen.push(...answer.rows.map(({ auditId }) => auditId))
      after = answer.next ?? undefined
    }
    expect(seen).toEqual([...seen].sort((a, b) => b - a))
    expect(new Set(seen).size).toBe(6)
    const looks = await found({ operation: 'audit.search' })
    expect(looks.length).toBeGreaterThan(3)
    expect((await me().reads({})).rows.every(({ outcome }) => outcome === 'read')).toBe(true)
  })

  it('is the audit administrator’s alone', async () => {
    for (const who of ['finance', 'card', 'system', 'security', 'attendant', 'station1'] as const) {
      for (const verb of ['search', 'reads', 'export', 'verify'] as const) {
        const asked = world.execute({ name: `audit.${verb}`, input: {}, actor: world.actor(who) })
        expect(await refusalOf(asked)).toBe('notAllowed')
      }
    }
  })

  it('is exported with its filter, and the export is written down with its count', async () => {
    const { count, download } = await me().export({ operation: 'businessSetting', format: 'csv' })
    const text = Buffer.from(download?.bytes ?? []).toString()
    expect(count).toBe(2)
    expect(text).toContain('businessSetting.propose')
    expect(text).toContain('100%_试')
    const [logged] = await found({ operation: 'audit.export' })
    expect(JSON.parse(logged?.details ?? '{}')).toMatchObject({ count: 2 })
  })
})

describe('the chain', () => {
  it('names the tail without a seal, then every row that was touched, of the own county alone', async () => {
    const before = await me().verify({})
    expect(before).toMatchObject({ sealedRows: 0, faults: [], nextSealNo: null, newestSeal: null })
    expect(before.unsealed.rows).toBeGreaterThan(5)
    expect(before.unsealed.auditIds.length).toBe(Math.min(100, before.unsealed.rows))
    await sealAudit(world.db, world.services.auditKey)
    const sealed = await me().verify({})
    expect(sealed).toMatchObject({ faults: [], newestSeal: { sealNo: 1 } })
    // The first look is itself a row that came after.
    expect(sealed.unsealed.rows).toBeLessThan(3)

    const [victim] = await found({ operation: 'cardMaking.create' })
    const auditId = victim?.auditId ?? 0
    await world.inTransaction(async tx => {
      await sql`alter table audit disable trigger audit_append_only`.execute(tx)
      await sql`update audit set actor_name = '别人' where audit_id = ${auditId}`.execute(tx)
      await sql`update audit set actor_name = '别人' where county_id = 2`.execute(tx)
      await sql`alter table audit enable trigger audit_append_only`.execute(tx)
    })
    expect((await me().verify({})).faults).toEqual([{ sealNo: 1, auditId, fault: 'changed' }])
    expect((await world.as(far).audit.verify({})).faults).toMatchObject([{ fault: 'changed' }])
  })

  it('is proved in stretches that fit together', async () => {
    for (let seal = 0; seal < 4; seal += 1) {
      await me().reads({})
      await sealAudit(world.db, world.services.auditKey)
    }
    const whole = await me().verify({})
    const stretchFrom = (fromSealNo: number) =>
      world.inTransaction(tx => verifyStretch(tx, world.services.auditKey, 1, { fromSealNo, most: 2 }))
    const parts = [await stretchFrom(1)]
    for (let next = parts[0]?.nextSealNo ?? null; next !== null; next = parts.at(-1)?.nextSealNo ?? null) {
      parts.push(await stretchFrom(next))
    }
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.reduce((sum, { sealedRows }) => sum + sealedRows, 0)).toBe(whole.sealedRows)
    expect(parts.flatMap(({ faults }) => faults)).toHaveLength(whole.faults.length)
    expect(parts.at(-1)?.newestSeals[0]?.sealNo).toBe(whole.newestSeal?.sealNo)
  })
})
