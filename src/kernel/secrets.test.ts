// Secrets: made once for everybody, readable by nobody else.

import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecrets } from './secrets.ts'

let dir = ''
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets')
})
afterEach(() => rmSync(join(dir, '..'), { recursive: true }))

test('a secret is made once, in a file and a folder closed to others', () => {
  const made = openSecrets(dir).secret('audit-chain')
  expect(made).toHaveLength(32)
  expect(openSecrets(dir).secret('audit-chain')).toEqual(made)
  expect(openSecrets(dir).text('audit-chain')).toBe(made.toString('hex'))
  expect(openSecrets(dir).secret('other')).not.toEqual(made)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dir, 'audit-chain')).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir).sort()).toEqual(['audit-chain', 'other'])
})

test('processes that ask at once get the same secret', async () => {
  const script = `import { openSecrets } from ${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)}
    process.stdout.write(openSecrets(process.argv[1]).text('shared'))`
  const ask = () => promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dir])
  const answers = await Promise.all([1, 2, 3, 4].map(ask))
  expect(new Set(answers.map(answer => answer.stdout)).size).toBe(1)
  expect(answers[0]?.stdout).toBe(openSecrets(dir).text('shared'))
})

test('a secret others can read is refused by name', () => {
  openSecrets(dir).secret('open')
  chmodSync(join(dir, 'open'), 0o644)
  expect(() => openSecrets(dir).secret('open')).toThrow(/open 的权限为 644.* \/ .*chmod 600/)
  chmodSync(dir, 0o750)
  expect(() => openSecrets(dir)).toThrow(/750/)
})

test('a damaged secret is refused, and a name cannot leave the folder', () => {
  openSecrets(dir)
  writeFileSync(join(dir, 'short'), 'abcd\n', { mode: 0o600 })
  expect(() => openSecrets(dir).secret('short')).toThrow(/damaged/)
  expect(() => openSecrets(dir).secret('../escape')).toThrow(/not a name/)
})

test('a text of the caller is kept as it was first made', async () => {
  const secrets = openSecrets(dir)
  expect(await secrets.keep('county-key', async () => 'first\nlines')).toBe('first\nlines')
  expect(await secrets.keep('county-key', () => 'second')).toBe('first\nlines')
})
