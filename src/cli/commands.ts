// The words of the command line: which command is meant, its options, and the help in both languages.

import { parseArgs } from 'node:util'
import { SetupError } from '../kernel/setup-error.ts'
import { helps } from './help.ts'

export type RunCommand = (args: string[]) => Promise<number>
export type CommandTable = Readonly<Record<string, RunCommand>>

export type Found =
  | { kind: 'run'; run: RunCommand; args: string[] }
  | { kind: 'help'; name: string | null }
  | { kind: 'unknown' }

/** Finds `mis serve` before `mis`; `--help` anywhere asks for help. */
export function findCommand(table: CommandTable, argv: readonly string[]): Found {
  const [first = 'help', second = ''] = argv
  const name = [`${first} ${second}`, first].find(candidate => candidate in table)
  if (argv.includes('--help') || argv.includes('-h') || first === 'help') {
    return { kind: 'help', name: name ?? null }
  }
  const run = name === undefined ? undefined : table[name]
  if (name === undefined || !run) return { kind: 'unknown' }
  return { kind: 'run', run, args: argv.slice(name.split(' ').length) }
}

/** The help of one command, or of all. */
export function helpText(name: string | null): string {
  const wanted = helps.filter(help => name === null || help.name === name)
  const lines = wanted.flatMap(({ usage, zh, en, options }) => [
    `  npx dianka ${usage}`,
    `      ${zh}`,
    `      ${en}`,
    ...options.map(({ flag, zh: optionZh, en: optionEn }) => `        ${flag.padEnd(26)} ${optionZh} / ${optionEn}`),
  ])
  return `电卡 dianka\n\n${lines.join('\n')}\n`
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options']

/** Parses the words after the command; what does not fit is one clear sentence. */
export function parseWords<O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SetupError(`命令行有误：${reason}`, `the command line is wrong: ${reason}`)
  }
}
