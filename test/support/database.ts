// A database of its own for a test file, cloned from the migrated template in some 20 ms.

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export const templateName = 'template_migrated'

export interface TestDatabase {
  url: string
  name: string
  /** Ends all its connections and removes it. */
  drop(): Promise<void>
}

/** `migrated: false` gives an empty one. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const problem = inject('templateProblem')
  if (problem && options.migrated !== false) throw new Error(`the migrations do not apply: ${problem}`)
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = options.migrated === false ? 'template0' : templateName
  await admin(`create database ${name} template ${template} strategy file_copy`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return { url: url.href, name, drop: () => admin(`drop database if exists ${name} with (force)`) }
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
