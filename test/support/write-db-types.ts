// Writes src/kernel/db-types.ts anew from the migrations, by a database of its own: `npm run types:db`.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '../../src/kernel/migrate.ts'
import { startPostgres } from '../../src/kernel/postgres.ts'

const tree = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'dianka-types-'))
const postgres = await startPostgres({
  dataDir: dir,
  secretsDir: join(dir, 'secrets'),
  log: () => {},
  testOnlyMayLoseData: true,
})
try {
  await postgres.ensureDatabase('types')
  const url = postgres.url('types')
  await migrate(url, join(tree, 'migrations'))
  // As the connection reads them: bigint as number, date as text (kernel/db.ts).
  const mapping = JSON.stringify({ int8: 'number', date: 'string', int8multirange: 'string' })
  const command = ['--url', url, '--dialect', 'postgres', '--camel-case', '--type-mapping', mapping]
  const out = ['--exclude-pattern', '*schema_migration', '--out-file', join(tree, 'src/kernel/db-types.ts')]
  const codegen = join(tree, 'node_modules/kysely-codegen/dist/cli/bin.js')
  const { status } = spawnSync(process.execPath, [codegen, ...command, ...out], { cwd: tree, stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  await postgres.stop()
  rmSync(dir, { recursive: true, force: true })
}
