// One database server for a whole test run, in a temporary folder, with a migrated template to clone from.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/kernel/migrate.ts'
import { startPostgres } from '../../src/kernel/postgres.ts'
import { templateName } from './database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the server's own database `postgres`. */
    postgresUrl: string
    /** Why there is no migrated template; empty when there is one. Tests without a database run all the same. */
    templateProblem: string
  }
}

const prefix = 'dianka-test-'

export default async function setup(project: TestProject) {
  removeLeftovers()
  const dir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  process.once('exit', remove)
  const postgres = await startPostgres({
    dataDir: dir,
    secretsDir: join(dir, 'secrets'),
    log: () => {},
    testOnlyMayLoseData: true,
    settings: { max_connections: '300' },
  })
  await postgres.ensureDatabase(templateName)
  const migrations = new URL('../../migrations', import.meta.url).pathname
  const problem = await migrate(postgres.url(templateName), migrations).then(
    () => '',
    error => `${error instanceof Error ? error.message : error}`,
  )
  project.provide('templateProblem', problem)
  project.provide('postgresUrl', postgres.url('postgres'))
  return async () => {
    await postgres.stop()
    remove()
    process.off('exit', remove)
  }
}

/** A run that was killed could not tidy up: the next one does. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : undefined
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}
