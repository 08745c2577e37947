// `start`: everything made in order, closed in reverse; one line when it is ready, one sentence when it cannot be.

import { readConfig } from '../config.ts'
import { createLog } from '../kernel/log.ts'
import { forkMis } from './mis-child.ts'

export type Closer = () => Promise<unknown>

/** Runs until it is told to stop. */
export async function start(_args: string[]): Promise<number> {
  const config = readConfig()
  const log = createLog({ level: config.logLevel, node: config.nodeName })
  const closers: Closer[] = []
  const stopped = stopSignal()
  // The billing system is another process: it loads on the other core while this one loads the rest.
  const mis = config.misUrl === null ? forkMis(config, log, stopped.stop) : null
  try {
    const { startAll } = await import('./start-all.ts')
    process.stdout.write(await startAll(config, log, closers, mis))
    await stopped.wait
    process.stdout.write('正在停止 / stopping\n')
    return 0
  } finally {
    for (const close of closers.reverse()) {
      await close().catch(error => log.error({ err: error }, 'a part did not stop cleanly'))
    }
    await mis?.stop()
  }
}

/** Ctrl-C and SIGTERM ask for the end once; a second one ends at once. */
function stopSignal(): { wait: Promise<void>; stop: () => void } {
  let stop = () => {}
  const wait = new Promise<void>(resolve => {
    stop = resolve
  })
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1)
      asked = true
      stop()
    })
  }
  return { wait, stop: () => stop() }
}
