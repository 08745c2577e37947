// Starts and kills node processes over one database and one billing system.

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ToNode {
  countyId: number
  key: string
  serial: string
  pin: string
  accountNo: string
  /** Whether to send the posting at once, as a waiting caller's would be. */
  post: boolean
}

export type FromNode =
  | { ready: true }
  | { key: string; accepted: string }
  | { key: string; settlement: string }
  | { key: string; failed: string }

export interface NodeProcess {
  child: ChildProcess
  heard: FromNode[]
  recharge(order: ToNode): void
  /** Resolves when this process has said so. */
  until(said: (message: FromNode) => boolean): Promise<void>
  /** kill -9 */
  kill(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/** Resolves when the node runs. */
export async function startNodeProcess(environment: Record<string, string>): Promise<NodeProcess> {
  const file = fileURLToPath(new URL('node-process.ts', import.meta.url))
  const child = fork(file, [], {
    execArgv: ['--import', 'tsx'],
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const heard: FromNode[] = []
  const waiting = new Set<() => void>()
  child.on('message', (message: FromNode) => {
    heard.push(message)
    for (const look of waiting) look()
  })
  const until = (said: (message: FromNode) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!heard.some(said)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      child.once('exit', () => reject(new Error('the node process ended')))
      look()
    })
  await until(message => 'ready' in message)
  return {
    child,
    heard,
    until,
    recharge: order => child.send(order),
    signal: name => process.kill(child.pid ?? 0, name),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise(resolve => child.once('exit', resolve))
      process.kill(child.pid ?? 0, 'SIGKILL')
      await ended
    },
  }
}
