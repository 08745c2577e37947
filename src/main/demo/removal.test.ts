// Removing the demonstration: asked for by the system administrator with the words typed, done by the next start.

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { readConfig } from '../../config.ts'
import { removalWords } from '../../domain/demonstration.ts'
import { migrate } from '../../kernel/migrate.ts'
import { removeIfAsked } from './removal.ts'

let world: World
let mis: TestDatabase
beforeAll(async () => {
  ;[world, mis] = await Promise.all([createWorld(), createTestDatabase({ migrated: false })])
})
afterAll(async () => {
  await world?.close()
  await mis?.drop()
})

const decided = async () => (await sql`select name, value from installation order by name`.execute(world.db)).rows
const start = async () => {
  const config = { ...readConfig(), dataDir: world.folder, misUrl: null }
  await removeIfAsked(config, { url: world.url, misUrl: mis.url }, () => migrate(world.url, 'migrations'))
}

it('needs the words, the role and demonstration mode', async () => {
  const remove = (who: 'system' | 'finance', confirm: string) => world.as(who).demonstration.remove({ confirm })
  await expect(remove('system', '删除')).rejects.toMatchObject({ code: 'removalUnconfirmed' })
  await expect(remove('finance', removalWords)).rejects.toMatchObject({ code: 'notAllowed' })
  world.services.demonstration = false
  await expect(remove('system', removalWords)).rejects.toMatchObject({ code: 'notDemonstration' })
  world.services.demonstration = true
  expect(await decided()).toEqual([])
})

it('leaves everything as it is until it is asked for, and real data always', async () => {
  await start()
  await sql`insert into installation (name, value) values ('demonstration', 'off'), ('demonstration removal', 'asked')`.execute(
    world.db,
  )
  await start()
  expect((await sql`select from county where county_id = 1`.execute(world.db)).rows).toHaveLength(1)
  await sql`delete from installation`.execute(world.db)
})

it('once asked for, the next start begins empty and stays so', async () => {
  await sql`insert into installation (name, value) values ('demonstration', 'on')`.execute(world.db)
  await mkdir(join(world.folder, 'files'), { recursive: true })
  await writeFile(join(world.folder, 'files', 'a file'), 'x')
  expect(await world.as('system').demonstration.remove({ confirm: removalWords })).toEqual({ removedAt: 'nextStart' })
  await start()
  expect(await decided()).toEqual([{ name: 'demonstration', value: 'off' }])
  expect((await sql`select from county where county_id > 0`.execute(world.db)).rows).toEqual([])
  expect(await readdir(world.folder)).not.toContain('files')
  await start()
  expect(await decided()).toEqual([{ name: 'demonstration', value: 'off' }])
})
