// The reference billing system as a process of its own, started again should it die.

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { SetupError } from '../kernel/setup-error.ts'
import type { Platform } from './platform.ts'

const startWithinMs = 60_000
const againMs = 500

/** Starts it and waits until it listens; `gaveUp` is called when it cannot be kept running. */
export async function startMis(platform: Platform, gaveUp: () => void): Promise<{ stop(): Promise<void> }> {
  let stopping = false
  let child: ChildProcess
  let restarts = 0

  function watch(started: ChildProcess): void {
    child = started
    let pauseMs = againMs
    child.on('message', message => {
      if (typeof message === 'object' && message !== null && 'restartAfterMs' in message)
        pauseMs = Number(message.restartAfterMs)
    })
    child.on('exit', code => {
      if (stopping) return
      platform.log.warn({ code }, 'the reference billing system ended and is started again')
      restarts += 1
      if (restarts > 1_000) return gaveUp()
      setTimeout(() => void launch(platform, ['--resume']).then(watch, () => gaveUp()), pauseMs)
    })
  }

  watch(await launch(platform))
  return {
    async stop() {
      stopping = true
      const { exitCode, signalCode } = child
      if (exitCode !== null || signalCode !== null) return
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
      child.disconnect()
      await ended
    },
  }
}

function launch({ config, misUrl }: Platform, more: string[] = []): Promise<ChildProcess> {
  const env = {
    PATH: '/usr/bin:/bin',
    DIANKA_MIS_PORT: String(config.misPort),
    DIANKA_BIND: config.bind,
    DIANKA_DATA_DIR: config.dataDir,
    DIANKA_SECRETS_DIR: config.secretsDir,
    DIANKA_CLOCK_SPEED: String(config.clockSpeed),
    DIANKA_CLOCK_SINCE: String(config.clockSinceMs),
    DIANKA_LOG_LEVEL: config.logLevel,
    DIANKA_MIS_DATABASE_URL: misUrl,
    NODE_ENV: config.environment,
  }
  const child = fork(join(config.treeDir, 'run.mjs'), ['mis', 'serve', ...more], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new SetupError('参考营销系统没有启动', 'the reference billing system did not start')),
      startWithinMs,
    )
    child.once('message', message => {
      clearTimeout(timer)
      if (message === 'ready') resolve(child)
      else
        reject(new SetupError(`参考营销系统：${String(message)}`, `the reference billing system: ${String(message)}`))
    })
    child.once('exit', code => {
      clearTimeout(timer)
      reject(new SetupError('参考营销系统没有启动', `the reference billing system ended with code ${code}`))
    })
  })
}
