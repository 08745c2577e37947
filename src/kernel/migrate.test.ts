// Migrations: each file once, whoever comes first, and nothing applied is ever changed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { migrate } from './migrate.ts'

let folder = ''
let database: TestDatabase
const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  database = await createTestDatabase({ migrated: false })
  write('0001_first.sql', 'create table first (n int); insert into first values (1);')
  write('0002_second.sql', 'insert into first values (2);')
})
afterEach(async () => {
  rmSync(folder, { recursive: true })
  await database.drop()
})

async function numbers(): Promise<number[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ n: number }>('select n from first order by n')
  await client.end()
  return rows.map(row => row.n)
}

test('files are applied in order and once, also by nodes that start together', async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, folder)))
  expect(applied.flat()).toEqual(['0001_first.sql', '0002_second.sql'])
  write('0003_third.sql', 'insert into first values (3);')
  expect(await migrate(database.url, folder)).toEqual(['0003_third.sql'])
  expect(await numbers()).toEqual([1, 2, 3])
})

test('a file that fails leaves nothing of itself and is named with its line', async () => {
  write('0003_bad.sql', 'insert into first values (3);\n\ninsert into nowhere values (4);')
  await expect(migrate(database.url, folder)).rejects.toThrow(/^0003_bad\.sql:3: .*nowhere/)
  expect(await numbers()).toEqual([1, 2])
  write('0003_bad.sql', 'insert into first values (5);')
  expect(await migrate(database.url, folder)).toEqual(['0003_bad.sql'])
})

test('a changed, a missing and a late file are refused', async () => {
  await migrate(database.url, folder)
  write('0001_first.sql', 'create table other (n int);')
  await expect(migrate(database.url, folder)).rejects.toThrow(/0001_first\.sql was changed/)
  rmSync(join(folder, '0001_first.sql'))
  await expect(migrate(database.url, folder)).rejects.toThrow(/newer program/)
  write('0001_first.sql', 'create table first (n int); insert into first values (1);')
  write('0000_late.sql', 'select 1;')
  await expect(migrate(database.url, folder)).rejects.toThrow(/0000_late\.sql stands before/)
})

test('names that would not sort are refused before anything is touched', async () => {
  write('3_third.sql', 'select 1;')
  await expect(migrate(database.url, folder)).rejects.toThrow(/3_third\.sql/)
  rmSync(join(folder, '3_third.sql'))
  write('0002_again.sql', 'select 1;')
  await expect(migrate(database.url, folder)).rejects.toThrow(/two migrations have one number/)
})

test('a database that is away is said in one sentence without its password', async () => {
  const away = migrate('postgres://someone:hidden@127.0.0.1:1/nowhere', folder)
  await expect(away).rejects.toThrow(/^无法连接数据库 127\.0\.0\.1:1\/nowhere.* \/ .*cannot be reached/)
  await expect(away).rejects.not.toThrow(/hidden/)
})
