// All checks of the project in one go: packages, types, lint, tests; the last line counts them.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './support/packages.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}

interface VitestReport {
  numPassedTests: number
  numPendingTests: number
  numTodoTests: number
  success: boolean
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

const tree = fileURLToPath(new URL('..', import.meta.url))
const fullDir = join(tree, 'test/full')

/** `test [filter…]` or `test:full <name>…`; returns the exit code. */
export async function run([command, ...names]: string[]): Promise<number> {
  const full = command === 'test:full'
  if (full && !namesAreKnown(names)) return 1
  const counts = [
    missingPackages(),
    ...(full ? [] : [check('types', ['node_modules/typescript/bin/tsc', '--noEmit'])]),
    ...(full ? [] : [check('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'])]),
    tests(full ? ['--mode', 'full', '--project', 'full', ...names.map(name => `test/full/${name}.test.ts`)] : names),
  ]
  const sum = (of: (count: Count) => number) => counts.map(of).reduce((a, b) => a + b, 0)
  const [passed, failed, skipped] = [sum(c => c.passed), sum(c => c.failed), sum(c => c.skipped)]
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed === 0 ? 0 : 1
}

function namesAreKnown(names: string[]): boolean {
  const files = existsSync(fullDir) ? readdirSync(fullDir) : []
  const known = files.filter(file => file.endsWith('.test.ts')).map(file => file.slice(0, -'.test.ts'.length))
  if (names.length > 0 && names.every(name => known.includes(name))) return true
  console.log(`npm run test:full -- <名称 name>…\n${known.map(name => `  ${name}`).join('\n')}`)
  return false
}

/** Away from the build server a missing program only skips its tests. */
function missingPackages(): Count {
  const missing = installPackages(line => console.log(line))
  return { passed: 0, failed: process.env.CI === 'true' ? missing.length : 0, skipped: 0 }
}

function check(title: string, args: string[]): Count {
  heading(title)
  const ok = node(args) === 0
  console.log(ok ? `${title}: passed` : `${title}: FAILED`)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

function tests(args: string[]): Count {
  heading('tests')
  const dir = mkdtempSync(join(tmpdir(), 'dianka-report-'))
  const file = join(dir, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const status = node(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args])
  const report: VitestReport | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  rmSync(dir, { recursive: true })
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  // A file that could not even be loaded has no failed test to count, and an error outside any test neither.
  const failed = report.testResults
    .filter(result => result.status === 'failed')
    .map(result => Math.max(1, result.assertionResults.filter(test => test.status === 'failed').length))
    .reduce((a, b) => a + b, 0)
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function heading(title: string): void {
  console.log(`\n── ${title} ──`)
}

function node(args: string[]): number | null {
  return spawnSync(process.execPath, args, { cwd: tree, stdio: 'inherit' }).status
}
