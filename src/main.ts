// The entrance: `run.mjs` hands over the words of the command line; each command is loaded only when it is asked for.

import { type CommandTable, findCommand, helpText } from './cli/commands.ts'

/** Commands by name; the first word, or the first two. */
const commands: CommandTable = {
  start: async args => (await import('./main/start.ts')).start(args),
  demo: async args => (await import('./main/demo/list.ts')).demo(args),
  'demo remove': async args => (await import('./main/demo/remove.ts')).removeDemo(args),
  call: async args => (await import('./main/call.ts')).call(args),
  'say money': async args => (await import('./main/say.ts')).sayMoney(args),
  audit: async args => (await import('./main/audit.ts')).audit(args),
  'mis serve': async args => (await import('./main/mis-serve.ts')).misServe(args),
  'mis audit': async args => (await import('./main/mis-audit.ts')).misAudit(args),
  'manufacturer keygen': async args => (await import('./main/manufacturer.ts')).keygen(args),
  'manufacturer produce': async args => (await import('./main/manufacturer.ts')).produce(args),
  migrate: async args => (await import('./main/migrate.ts')).migrateCommand(args),
}

/** Runs one command; resolves with the exit code. */
export async function run(argv: string[]): Promise<number> {
  const found = findCommand(commands, argv)
  if (found.kind === 'help') {
    process.stdout.write(helpText(found.name))
    return 0
  }
  if (found.kind === 'unknown') {
    process.stderr.write(`没有命令“${argv[0] ?? ''}” / no such command: ${argv[0] ?? ''}\n\n${helpText(null)}`)
    return 1
  }
  return found.run(found.args)
}
