// The reports that need no cards: the call funnel and the reconciliation, and the periods that are compared.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../../test/support/world.ts'
import { dayOf } from '../business-day.ts'
import { comparedPeriod } from './period.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const today = dayOf(new Date())
type Ask = Parameters<ReturnType<World['as']>['report']['run']>[0]
const run = (name: string, more: Partial<Ask> = {}, who: 'finance' | 'station1' = 'finance') =>
  world.as(who).report.run({ name, fromDay: today, toDay: today, ...more })
const pick = (rows: Record<string, unknown>[] | undefined, keys: string[]) =>
  rows?.map(row => keys.map(key => row[key]))

test('the funnel of calls: where they left, why, and how long each step took', async () => {
  const call = async (id: string, language: string, outcome: string, steps: string[]) => {
    await sql`
      insert into call (county_id, call_id, engine, trunk, codec, caller, called, language, node, started_at, ended_at, release_cause, outcome)
      values (1, ${id}, 'sip', 't1', 'PCMA', null, '95598', ${language}, 'n', ${`${today}T10:00:00+08:00`}, ${`${today}T10:05:00+08:00`}, 'caller', ${outcome})`.execute(
      world.db,
    )
    for (const [n, step] of steps.entries()) {
      const [kind, ...text] = step.split(' ')
      await sql`
        insert into call_step (county_id, call_id, step_no, at, kind, text)
        values (1, ${id}, ${n + 1}, ${`${today}T10:00:${String(n * 2 + 2).padStart(2, '0')}+08:00`}, ${kind}, ${text.join(' ')})`.execute(
        world.db,
      )
    }
  }
  const card = ['say 充值，请按一。', 'key 1', 'say 卡号', 'entry 0013****0120', 'entry ●●●●●●●●●●●●']
  const whole = [
    ...card,
    'answer card.check ok',
    'entry 410*****01',
    'answer billing.findAccount found',
    'say 确认充值，请按1。',
  ]
  await call('whole', 'zh-CN', 'recharge.succeeded', [
    ...whole,
    'key 1',
    'answer recharge.accept 410123202603140000000001',
    'answer recharge.post succeeded',
    'say 充值成功。',
  ])
  await call('heard', 'zh-CN', 'recharge.readBack', whole)
  await call('wrong', 'en-US', 'threeTries', [
    ...card,
    'answer card.check badCard',
    'say We are sorry that it did not work.',
  ])
  await call('silent', 'zh-CN', 'recharge.begun', [
    ...card.slice(0, 3),
    'system no key',
    'say x',
    'system no key',
    'say 几次输入都没有成功',
  ])
  await call('locked', 'zh-CN', 'locked', [...card, 'answer card.check callerLocked'])
  await call('bill', 'zh-CN', 'bill.told', ['say 充值，请按一。', 'key 2', 'entry 410*****01', 'key 0'])
  await call('dead', 'zh-CN', 'nothing', [])
  const { tables, checks } = await run('callFunnel')
  const keys = [
    'step',
    'entered',
    'passed',
    'left',
    'hangUp',
    'timeout',
    'threeTries',
    'locked',
    'operator',
    'averageSeconds',
  ]
  expect(pick(tables[0]?.rows, keys)).toEqual([
    ['来电', 7, 7, 0, 0, 0, 0, 0, 0, null],
    ['接通', 7, 6, 1, 1, 0, 0, 0, 0, 2],
    ['选“充值”', 6, 5, 1, 0, 0, 0, 0, 1, 2],
    ['卡号完成', 5, 4, 1, 0, 1, 0, 0, 0, 4],
    ['密码完成', 4, 2, 2, 0, 0, 1, 1, 0, 4],
    ['户号完成', 2, 2, 0, 0, 0, 0, 0, 0, 4],
    ['听到核对', 2, 2, 0, 0, 0, 0, 0, 0, 2],
    ['确认', 2, 1, 1, 1, 0, 0, 0, 0, 2],
    ['受理', 1, 1, 0, 0, 0, 0, 0, 0, 2],
    ['播报成功', 1, 1, 0, 0, 0, 0, 0, 0, 2],
  ])
  expect(tables[0]?.rows[4]).toMatchObject({ stepRate: 0.5, overallRate: 0.3333 })
  expect(checks).toMatchObject([{ difference: 0 }])
  const english = (await run('callFunnel', { by: 'language' })).tables[0]?.rows.filter(row => row.group === 'en-US')
  expect(pick(english, ['passed'])?.flat()).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
  await expect(run('callFunnel', {}, 'station1')).rejects.toMatchObject({ code: 'notAllowed' })
})

test('reconciliation by day with the sums of its months', async () => {
  for (const [day, ours, theirs, differs] of [
    ['2026-03-30', 3, 3, []],
    ['2026-03-31', 4, 4, ['oursOnly', 'theirsOnly']],
    ['2026-04-01', 2, 2, ['different']],
  ] as const) {
    const { rows } = await sql<{ id: number }>`
      insert into document (county_id, kind, document_no, state, holder_id, author_id)
      values (1, 'DZ', ${`DZ${day}`}, 'done', ${world.places.county}, ${world.actor('finance').operatorId}) returning document_id as id`.execute(
      world.db,
    )
    const agreed = ours - differs.filter(kind => kind !== 'theirsOnly').length
    await sql`insert into reconciliation values (1, ${day}, ${rows[0]?.id ?? 0}, ${ours}, ${ours * 5_000}, ${theirs}, ${theirs * 5_000}, ${agreed})`.execute(
      world.db,
    )
    for (const [n, kind] of differs.entries()) {
      await sql`
        insert into reconciliation_difference (county_id, day, difference_no, class, transaction_serial, account_no, treatment, treated_at)
        values (1, ${day}, ${n}, ${kind}, '1', '1', ${n === 0 ? 'post' : null}, ${n === 0 ? new Date() : null})`.execute(
        world.db,
      )
    }
  }
  const { tables, checks } = await run('reconciliation', { fromDay: '2026-03-01', toDay: '2026-04-30' })
  expect(
    pick(tables[0]?.rows, [
      'level',
      'oursCount',
      'agreed',
      'oursOnly',
      'theirsOnly',
      'different',
      'treated',
      'open',
      'state',
    ]),
  ).toEqual([
    ['day', 3, 3, 0, 0, 0, 0, 0, 'done'],
    ['day', 4, 3, 1, 1, 0, 1, 1, 'done'],
    ['month', 7, 6, 1, 1, 0, 1, 1, '2026-03 累计'],
    ['day', 2, 1, 0, 0, 1, 1, 0, 'done'],
    ['month', 2, 1, 0, 0, 1, 1, 0, '2026-04 累计'],
  ])
  expect(tables[0]?.totals).toMatchObject({ oursCount: 9, oursFen: 45_000 })
  expect(checks.map(check => check.difference)).toEqual([0, 0])
})

test('what a period is compared with', () => {
  const of = (fromDay: string, toDay: string, compare: 'previous' | 'lastYear') =>
    Object.values(comparedPeriod({ fromDay, toDay }, compare))
  expect(of('2026-03-01', '2026-03-31', 'previous')).toEqual(['2026-02-01', '2026-02-28'])
  expect(of('2026-01-01', '2026-03-31', 'previous')).toEqual(['2025-10-01', '2025-12-31'])
  expect(of('2026-03-10', '2026-03-12', 'previous')).toEqual(['2026-03-07', '2026-03-09'])
  expect(of('2028-02-01', '2028-02-29', 'lastYear')).toEqual(['2027-02-01', '2027-02-28'])
  expect(of('2027-02-01', '2027-02-28', 'lastYear')).toEqual(['2026-02-01', '2026-02-28'])
})
