// Looks for PINs wherever something could have been written down: files as bytes, every row of every table.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

export interface PinSearch {
  /** Found as a whole run of digits. */
  whole: ReadonlySet<string>
  /** Found anywhere, inside longer runs too. */
  anywhere: readonly string[]
}

/** Where a PIN was found; the PIN itself is not repeated. */
export type Finding = string

export function searchText(text: string, where: string, { whole, anywhere }: PinSearch): Finding[] {
  const found: Finding[] = []
  for (const [run] of text.matchAll(/\d{12,}/g)) if (whole.has(run)) found.push(`${where}: a whole PIN`)
  for (const pin of anywhere) if (text.includes(pin)) found.push(`${where}: a keyed PIN`)
  return found
}

/** Every file below a folder, read as bytes; `skip` leaves out what is sealed. */
export async function searchFolder(
  folder: string,
  search: PinSearch,
  skip: (path: string) => boolean,
): Promise<Finding[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const found: Finding[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || skip(path)) continue
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    found.push(...searchText(bytes.toString('latin1'), path.slice(folder.length), search))
  }
  return found
}

/** Every row of every table as text, as a dump would show it. */
export async function searchDatabase(url: string, search: PinSearch): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(`
      select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
    const found: Finding[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`)
      for (const { line } of rows) found.push(...searchText(line, name, search))
    }
    return found
  } finally {
    await client.end()
  }
}
