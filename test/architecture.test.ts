// The layout keeps its arrows: who may import whom, how files are named and begin, how long they may be.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What each part may import beside itself and packages: `run` at run time, `types` only by `import type`. */
const arrows: Record<string, { run: string[]; types: string[] }> = {
  kernel: { run: [], types: [] },
  domain: { run: ['kernel'], types: [] },
  modules: { run: ['domain', 'kernel'], types: [] },
  registry: { run: ['modules', 'kernel'], types: ['domain'] },
  mis: { run: ['domain', 'kernel'], types: ['registry'] },
  hotline: { run: ['kernel'], types: ['registry'] },
  http: { run: ['kernel'], types: ['registry'] },
  cli: { run: ['kernel'], types: ['registry'] },
  locales: { run: [], types: ['*'] },
  web: { run: ['kernel/client', 'locales'], types: ['*'] },
  config: { run: ['kernel', 'settings'], types: [] },
  settings: { run: [], types: [] },
  main: { run: ['*'], types: ['*'] },
}
/** The two ports hold words alone, and those are for everybody; what implements them is for `main`. */
const ports = ['mis/connector', 'hotline/line']
const generated = ['src/kernel/db-types.ts']
const mostLines = 400

const tree = fileURLToPath(new URL('..', import.meta.url))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: tree,
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(tree, file)))
const read = (file: string) => readFileSync(join(tree, file), 'utf8')
const code = files.filter(file => ['.ts', '.tsx', '.mjs'].includes(extname(file)) && !generated.includes(file))
const product = code.filter(file => file.startsWith('src/') && !file.includes('.test.'))

interface Import {
  from: string
  to: string
  typesOnly: boolean
}

/** Imports of one file that point into `src`, as paths without ending below it. */
function importsOf(file: string): Import[] {
  const statements = read(file).matchAll(
    /^(?:import|export)\s+(type\s)?([\w\s{},*$]*?)(?:\bfrom\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/gm,
  )
  return [...statements].map(([, type, names = '', path, lazy]) => ({
    from: file,
    to: withoutEnding(normalize(join(dirname(file), path ?? lazy ?? ''))).replace(/^src\//, ''),
    typesOnly: type !== undefined || /^\{(\s*type\s[^,}]+,?)+\s*\}$/.test(names.trim()),
  }))
}

const withoutEnding = (path: string) => path.replace(/\.(tsx?|mjs)$/, '')

/** `modules/query/stock` lies in the part `modules`, and there in the compartment `modules/query`. */
function partOf(path: string): string {
  return withoutEnding(path.replace(/^src\//, '')).split('/')[0] ?? ''
}
function compartmentOf(path: string): string {
  const inside = path.replace(/^src\//, '')
  return partOf(path) === 'modules' ? inside.split('/').slice(0, 2).join('/') : partOf(path)
}

function isAllowed({ from, to, typesOnly }: Import): boolean {
  if (compartmentOf(from) === compartmentOf(to)) return true
  const { run, types } = arrows[partOf(from)] ?? { run: [], types: [] }
  const reachable = [...run, ...ports, ...(typesOnly ? types : [])]
  return reachable.some(target => target === '*' || target === to || target === partOf(to))
}

test('every part of the program is known here', () => {
  expect([...new Set(product.map(partOf))].filter(part => !arrows[part])).toEqual([])
})

test('imports follow the arrows', () => {
  const imports = product.flatMap(importsOf)
  expect(imports.length).toBeGreaterThan(product.length / 2)
  const broken = imports.filter(found => !isAllowed(found))
  expect(broken.map(({ from, to, typesOnly }) => `${from} -> ${to}${typesOnly ? ' (types)' : ''}`)).toEqual([])
})

test('a port imports nothing, so that whoever imports it gets no implementation', () => {
  expect(ports.flatMap(port => importsOf(`src/${port}.ts`))).toEqual([])
})

test('the rule sees what it should refuse', () => {
  const refused = (from: string, to: string, typesOnly = false) => !isAllowed({ from: `src/${from}`, to, typesOnly })
  expect(refused('kernel/a.ts', 'domain/b')).toBe(true)
  expect(refused('modules/query/a.ts', 'modules/recharge/b')).toBe(true)
  expect(refused('modules/query/a.ts', 'mis/connectors/http', true)).toBe(true)
  expect(refused('modules/query/a.ts', 'mis/connector', true)).toBe(false)
  expect(refused('mis/a.ts', 'registry')).toBe(true)
  expect(refused('mis/a.ts', 'registry', true)).toBe(false)
  expect(refused('hotline/a.ts', 'domain/b')).toBe(true)
  expect(refused('web/a.tsx', 'kernel/db')).toBe(true)
  expect(refused('web/a.tsx', 'kernel/db', true)).toBe(false)
})

test('files are named in kebab-case and begin with a sentence on what they are for', () => {
  const named = (file: string) =>
    /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|model|config|locale|d))*\.(ts|tsx|mjs)$/.test(
      basename(file).replace(/\b(zh-CN|en-US)\b/, 'locale'),
    )
  expect(code.filter(file => !named(file))).toEqual([])
  const begins = (file: string) => /^(#!.*\n)?\/\/ \S.*\S.*\n/.test(read(file))
  expect(code.filter(file => !begins(file))).toEqual([])
})

/** The table of contents: one line an operation. */
const tables = ['src/registry.ts']

test(`no file is longer than ${mostLines} lines`, () => {
  const long = code.filter(file => read(file).split('\n').length > mostLines + 1)
  expect(long.filter(file => !tables.includes(file))).toEqual([])
})

test('settings are read in one place', () => {
  const readers = product.filter(file => /process\s*\.\s*env|process\s*\[\s*['"]env/.test(read(file)))
  expect(readers).toEqual(['src/config.ts'])
})

test('no file speaks of the machine it was written on', () => {
  const places = new RegExp(['/work', '/(main|shared)\\b|', '/ho', 'me/\\w+/|', '/ro', 'ot/\\w'].join(''))
  const texts = files.filter(
    file => !['.wav', '.pcm', '.png', '.jpg', '.ulaw', '.alaw', '.bin'].includes(extname(file)),
  )
  expect(texts.filter(file => places.test(read(file)))).toEqual([])
  const hosts = [...read('package-lock.json').matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host)
  expect(hosts.filter(host => host !== 'registry.npmjs.org')).toEqual([])
})
