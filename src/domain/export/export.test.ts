// Exports read back by an independent reader: typed cells, the sheet of filters, big ones by a job, nothing a spreadsheet would run.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stockedBatch } from '../../../test/support/card-steps.ts'
import type { MadeBatch } from '../../../test/support/maker.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { column } from '../listing/columns.ts'
import { writeCsv } from './csv.ts'
import { writeWorkbook } from './workbook.ts'

let world: World
let batch: MadeBatch
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
})
afterAll(() => world.close())

async function joined(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const part of parts) all.push(part)
  return Buffer.concat(all)
}

const columns = [
  column('no', 'text', ['卡号', 'Serial']),
  column('money', 'fen', ['金额', 'Amount']),
  column('day', 'date', ['日期', 'Day']),
  column('at', 'instant', ['时间', 'Time']),
  column('state', 'text', ['状态', 'State'], { used: ['已使', 'used'] }),
  column('n', 'count', ['张数', 'Cards']),
]
const rows = [
  { no: '001300000120', money: 123_456, day: '2026-03-14', at: '2026-03-13T16:30:00.000Z', state: 'used', n: 3 },
  { no: '=1+1', money: -5, day: null, at: null, state: 'odd & <b>', n: 0 },
  { no: '+86', money: 0, day: '2024-02-29', at: '2024-02-29T15:59:59.000Z', state: '@x', n: 1 },
]

test('a workbook says what its cells are: text, money, days, instants', async () => {
  const bytes = await joined(
    writeWorkbook(
      [
        { name: '一/二', columns, rows },
        { name: '二', columns, rows: [] },
      ],
      'zh-CN',
    ),
  )
  const read = await readSheet(bytes, 1)
  expect(read[0]).toEqual(['卡号', '金额', '日期', '时间', '状态', '张数'])
  const [, first, second, third] = read
  expect(first?.slice(0, 2)).toEqual(['001300000120', 1234.56])
  expect(first?.[2]).toEqual(new Date('2026-03-14T00:00:00Z'))
  expect(first?.[3]).toEqual(new Date('2026-03-14T00:30:00Z'))
  expect(first?.slice(4)).toEqual(['已使', 3])
  expect(second).toEqual(['=1+1', -0.05, null, null, 'odd & <b>', 0])
  expect(third?.slice(0, 2)).toEqual(['+86', 0])
  expect(await readSheet(bytes, 2)).toHaveLength(1)
})

test('a CSV has its mark, and what looks like a formula is text', async () => {
  const csv = (await joined(writeCsv([{ name: 'x', columns, rows }], 'en-US'))).toString()
  expect(csv.split('\r\n')).toEqual([
    '\ufeffSerial,Amount,Day,Time,State,Cards',
    '001300000120,1234.56,2026-03-14,2026-03-14 00:30:00,used,3',
    "'=1+1,-0.05,,,odd & <b>,0",
    "'+86,0.00,2024-02-29,2024-02-29 23:59:59,'@x,1",
    '',
  ])
  const quoted = [{ no: 'a,"b"\n', money: 1, day: null, at: null, state: '\t=x', n: 1 }]
  expect((await joined(writeCsv([{ name: 'x', columns, rows: quoted }], 'en-US'))).toString()).toContain(
    `"a,""b""\n",0.01,,,'\t=x,1`,
  )
})

test('a small export is answered at once, with its filter, and logged with its count', async () => {
  const { count, jobId, download } = await world.as('finance').card.export({ serial: batch.serial(7) })
  expect([count, jobId]).toEqual([1, null])
  const bytes = Buffer.from(download?.bytes ?? [])
  const [head, row] = await readSheet(bytes, 1)
  expect(head?.slice(0, 3)).toEqual(['起始卡号', '终止卡号', '张数'])
  expect(row?.slice(0, 7)).toEqual([batch.serial(7), batch.serial(7), 1, 50, 50, '县公司', '青河县'])
  const about = await readSheet(bytes, 2)
  expect(about.slice(0, 3)).toEqual([
    ['条件', '值'],
    ['卡号', batch.serial(7)],
    ['导出人', '人员 finance N-finance'],
  ])
  const { rows: logged } = await sql<{ count: number }>`
    select (details->>'count')::int as count from audit where operation = 'card.export'`.execute(world.db)
  expect(logged).toEqual([{ count: 1 }])
  await expect(world.as('security').card.export({})).rejects.toMatchObject({ code: 'notAllowed' })
  await expect(world.as('station1').posting.export({})).rejects.toMatchObject({ code: 'notAllowed' })
})

test('a big export is a job whose file only its owner gets, until it expires', async () => {
  await sql`
    insert into call (county_id, call_id, engine, trunk, codec, caller, called, language, node)
    select 1, 'c' || n, 'sip', 't', 'PCMA', '138' || lpad(n::text, 8, '0'), '95598', 'zh-CN', 'n'
    from generate_series(1, 12846) n`.execute(world.db)
  const { count, jobId, download } = await world
    .as('finance')
    .call.export({ format: 'csv', sort: 'startedAt', direction: 'asc' })
  expect([count, download]).toEqual([12_846, undefined])
  await world.jobDone(jobId ?? 0)
  const job = await world.as('finance').job.get({ jobId: jobId ?? 0 })
  expect([job.doneCount, job.totalCount]).toEqual([12_846, 12_846])
  const file = await world.as('finance').job.download({ jobId: jobId ?? 0 })
  const text = await readFile(join(world.folder, 'files', file.download.path), 'utf8')
  const lines = text.trimEnd().split('\r\n')
  expect(lines).toHaveLength(12_847)
  expect(new Set(lines).size).toBe(12_847)
  expect(lines[1]).toContain('138****0001')
  await expect(world.as('finance2').job.download({ jobId: jobId ?? 0 })).rejects.toMatchObject({
    code: 'exportNotFound',
  })
  await expect(world.as('card').job.get({ jobId: jobId ?? 0 })).rejects.toMatchObject({ code: 'jobNotFound' })

  await sql`update export_file set expires_at = now() - interval '1 second'`.execute(world.db)
  await expect(world.as('finance').job.download({ jobId: jobId ?? 0 })).rejects.toMatchObject({
    code: 'exportNotFound',
  })
  const next = await world.as('finance').call.export({ format: 'xlsx' })
  await world.jobDone(next.jobId ?? 0)
  await expect(readFile(join(world.folder, 'files', file.download.path))).rejects.toThrow('ENOENT')
  const again = await world.as('finance').job.download({ jobId: next.jobId ?? 0 })
  const read = await readSheet(join(world.folder, 'files', again.download.path), 1)
  expect(read).toHaveLength(12_847)
  expect((await readSheet(join(world.folder, 'files', again.download.path), 2)).at(-2)).toEqual([
    '导出人',
    '人员 finance N-finance',
  ])
})
