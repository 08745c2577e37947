// What a start does first when the demonstration data are to go: everything, down to an empty database that stays empty.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Config } from '../../config.ts'
import { removalName } from '../../domain/demonstration.ts'

/**
 * Empties the product's and the reference billing system's databases and the stored files, if somebody asked for it;
 * `migrate` makes the schema anew. Keys stay: they are not data. After a crash in the middle the next start finds an
 * empty database, and decides as a first one does.
 */
export async function removeIfAsked(
  config: Config,
  { url, misUrl }: { url: string; misUrl: string },
  migrate: () => Promise<unknown>,
): Promise<void> {
  const asked = await onDatabase(url, askedQuery, [removalName])
  if (asked === 0) return
  if (config.misUrl === null) await onDatabase(misUrl, 'drop schema if exists reference_mis cascade')
  await rm(join(config.dataDir, 'files'), { recursive: true, force: true })
  await onDatabase(url, dropOwn)
  await migrate()
  await onDatabase(url, `insert into installation (name, value) values ('demonstration', 'off')`)
}

const askedQuery = `
select from installation asked join installation demo on demo.name = 'demonstration' and demo.value = 'on' where asked.name = $1`

/** What migrations made, listed before the first is dropped; extensions stay, with what belongs to them. */
const dropOwn = `
do $$
declare
  v_statement text;
begin
  foreach v_statement in array array(
    select format('drop table if exists %I cascade', tablename) from pg_tables where schemaname = current_schema()
    union all select format('drop sequence if exists %I cascade', sequencename) from pg_sequences where schemaname = current_schema()
    union all select format('drop routine if exists %s cascade', p.oid::regprocedure) from pg_proc p
      where p.pronamespace = current_schema()::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all select format('drop type if exists %I cascade', relname) from pg_class
      where relnamespace = current_schema()::regnamespace and relkind = 'c')
  loop
    execute v_statement;
  end loop;
end $$`

/** Answers how many rows it found. */
async function onDatabase(url: string, statement: string, values: string[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement, values)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
