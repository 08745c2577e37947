// The reference billing system as a process of its own, started again should it die.

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Log } from '../kernel/log.ts'
import { SetupError } from '../kernel/setup-error.ts'

const startWithinMs = 60_000
const againMs = 500
const mostRestarts = 1_000

export interface MisChild {
  /** Tells it its database; resolves when it listens. */
  open(databaseUrl: string): Promise<void>
  stop(): Promise<void>
}

/**
 * Forks at once, so that its code loads while the database starts; it listens once it was told its database.
 * `gaveUp` is called when it cannot be kept running.
 */
export function forkMis(config: Config, log: Log, gaveUp: () => void): MisChild {
  let child = launch(config, [])
  let stopping = false
  let restarts = 0

  /** Watches a child that listens, and starts the next one when it ends. */
  function watch(databaseUrl: string): void {
    let pauseMs = againMs
    child.on('message', message => {
      if (typeof message === 'object' && message !== null && 'restartAfterMs' in message) {
        pauseMs = Number(message.restartAfterMs)
      }
    })
    child.on('exit', code => {
      if (stopping) return
      log.warn({ code }, 'the reference billing system ended and is started again')
      restarts += 1
      if (restarts > mostRestarts) return gaveUp()
      setTimeout(() => {
        child = launch(config, ['--resume'])
        listening(child, databaseUrl, config).then(() => watch(databaseUrl), gaveUp)
      }, pauseMs)
    })
  }

  return {
    async open(databaseUrl) {
      await listening(child, databaseUrl, config)
      watch(databaseUrl)
    },
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

function launch(config: Config, more: string[]): ChildProcess {
  const env = {
    PATH: '/usr/bin:/bin',
    NODE_ENV: config.environment,
    DIANKA_BIND: config.bind,
    DIANKA_MIS_PORT: String(config.misPort),
    DIANKA_DATA_DIR: config.dataDir,
    DIANKA_SECRETS_DIR: config.secretsDir,
    DIANKA_CLOCK_SPEED: String(config.clockSpeed),
    DIANKA_CLOCK_SINCE: String(config.clockSinceMs),
    DIANKA_LOG_LEVEL: config.logLevel,
  }
  return fork(join(config.treeDir, 'run.mjs'), ['mis', 'serve', ...more], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
}

function listening(child: ChildProcess, databaseUrl: string, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (chinese: string, english: string) => {
      clearTimeout(timer)
      reject(new SetupError(`参考营销系统${chinese}`, `the reference billing system ${english}`))
    }
    const timer = setTimeout(() => fail('没有启动', 'did not start'), startWithinMs)
    const ended = (code: number | null) => fail('没有启动', `ended with code ${code}`)
    child.once('exit', ended)
    child.on('message', message => {
      if (message === 'loaded') child.send({ databaseUrl })
      if (message === 'portTaken') fail(`的端口 ${config.misPort} 已被占用`, `finds its port ${config.misPort} in use`)
      if (message !== 'ready') return
      clearTimeout(timer)
      child.off('exit', ended)
      resolve()
    })
    // Sent twice is harmless; a child that loaded before anyone listened has missed its answer.
    child.send({ databaseUrl })
  })
}
