#!/usr/bin/env node
// Brings the tree up to date (packages, web pages) and runs what was asked for. Needs nothing but Node itself.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const tree = dirname(fileURLToPath(import.meta.url))
const at = (...path) => join(tree, ...path)
const [command = 'help', ...rest] = process.argv.slice(2)
const testing = command === 'test' || command === 'test:full'

class Sentence extends Error {}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return
  throw new Sentence(
    `需要 Node 20.19、22.12 或更高版本，当前为 ${process.versions.node} / Node 20.19, 22.12 or later is needed; this is ${process.versions.node}`,
  )
}

/** npm writes down what it installed when it has finished: packages are complete when that agrees with the lock file. */
function packagesAreComplete() {
  const wanted = readJson('package-lock.json').packages
  const found = readJson('node_modules/.package-lock.json')?.packages
  if (!found) return false
  const stale = Object.entries(found).some(([path, { version }]) => wanted[path]?.version !== version)
  const needed = ({ optional, dev, devOptional, link }) => !optional && !devOptional && !link && (testing || !dev)
  return !stale && Object.entries(wanted).every(([path, entry]) => path === '' || path in found || !needed(entry))
}

async function installPackages() {
  say('正在安装依赖包 / installing packages')
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  run(
    [...npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    '依赖包安装失败 / npm ci failed',
  )
  await registerTypeScript()
  const { prepareBinaries } = await load('src/kernel/postgres-binaries.ts')
  try {
    prepareBinaries()
  } catch {
    // no PostgreSQL for this machine: said when it is wanted
  }
}

/** What goes into the web pages, by content: a fresh clone or a touched file alone is no reason to build. */
function webFingerprint() {
  const hash = createHash('sha256')
  const sources = ['vite.config.ts', 'tsconfig.json', 'package-lock.json', 'src/web', 'src/locales', 'src/kernel']
  for (const file of sources.flatMap(filesUnder)) hash.update(`${relative(tree, file)}\0`).update(fs.readFileSync(file))
  return hash.digest('hex')
}

function filesUnder(path) {
  const stat = fs.statSync(at(path), { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [at(path)]
  return fs
    .readdirSync(at(path))
    .sort()
    .flatMap(name => filesUnder(join(path, name)))
}

const webStamp = 'dist/web.stamp'
function webIsBuilt() {
  if (!fs.existsSync(at('vite.config.ts'))) return true
  return fs.existsSync(at('dist/web')) && readText(webStamp) === webFingerprint()
}

/** Built beside and put in place at once, so that a running server always has whole pages. */
function buildWeb() {
  say('正在生成网页 / building the web pages')
  const fingerprint = webFingerprint()
  const draft = at('dist/web.new')
  fs.rmSync(draft, { recursive: true, force: true })
  const vite = [process.execPath, at('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']
  run([...vite, '--outDir', draft, '--emptyOutDir'], '网页生成失败 / the web pages could not be built')
  fs.rmSync(at('dist/web'), { recursive: true, force: true })
  fs.renameSync(draft, at('dist/web'))
  fs.writeFileSync(at(webStamp), fingerprint)
}

/** Brings up to date under a lock: of two starts at once one works, and the other waits and finds it done. */
async function bringUpToDate() {
  const wantsWeb = testing || command === 'start'
  if (packagesAreComplete() && (!wantsWeb || webIsBuilt())) return
  const fd = openLock()
  spawnSync('flock', ['--exclusive', '--timeout', '900', '3'], { stdio: ['ignore', 'inherit', 'inherit', fd] })
  if (!packagesAreComplete()) await installPackages()
  if (wantsWeb && !webIsBuilt()) buildWeb()
  fs.closeSync(fd)
}

function openLock() {
  try {
    fs.mkdirSync(at('.cache'), { recursive: true })
    return fs.openSync(at('.cache/run.lock'), 'a+')
  } catch (error) {
    throw new Sentence(
      `${tree} 需要更新但不可写（${error.code}），请由其属主先运行一次 / ${tree} has to be brought up to date and cannot be written (${error.code}): let its owner start once`,
    )
  }
}

function run([program, ...args], failure) {
  const { status, error } = spawnSync(program, args, { cwd: tree, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Sentence(error ? `${failure} (${error.message})` : failure)
}

let typeScriptIsUsed = false
async function registerTypeScript() {
  if (typeScriptIsUsed) return
  typeScriptIsUsed = true
  const { register } = await import('tsx/esm/api')
  register()
}

const load = path => import(pathToFileURL(at(path)).href)
const readText = path => (fs.existsSync(at(path)) ? fs.readFileSync(at(path), 'utf8') : undefined)
const readJson = path => {
  const text = readText(path)
  return text === undefined ? undefined : JSON.parse(text)
}
const say = sentence => process.stderr.write(`${sentence}\n`)

try {
  requireNode()
  await bringUpToDate()
  await registerTypeScript()
  const { run } = await load(testing ? 'test/run-tests.ts' : 'src/main.ts')
  process.exit(await run([command, ...rest]))
} catch (error) {
  const plain = error instanceof Sentence || error?.name === 'SetupError'
  say(plain ? error.message : (error?.stack ?? `${error}`))
  process.exit(1)
}
