// The server process: started at a free port, watched, started again should it die, shut down in order.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type PostgresHome, programPath } from './postgres-binaries.ts'
import { cannotStart, commandOf } from './postgres-cluster.ts'
import { type LogFile, openLogFile } from './postgres-log.ts'
import { endOrphans, readPidFile } from './postgres-orphans.ts'

export interface ServerOptions {
  settings: Readonly<Record<string, string>>
  logFile: string
  log: (sentence: string) => void
}

const limits = {
  /** Below the range from which outgoing connections get their ports. */
  firstPort: 20_000,
  lastPort: 29_999,
  startTries: 30,
  retryFirstMs: 20,
  retryMostMs: 1_000,
  /** Recovery after a crash may have much to read. */
  readyMs: 600_000,
  lookAgainMs: 10,
  stopMs: 60_000,
  restarts: 10,
  /** A server that ran this long had started well. */
  steadyMs: 60_000,
}

/** Its port stays the same for its whole life, also when the process under it is another. */
export class PostgresServer {
  readonly #home: PostgresHome
  readonly #options: ServerOptions
  readonly #logFile: LogFile
  #port = 0
  #child: ChildProcess | undefined
  #stopping = false
  #restarts = 0
  #revival: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined
  readonly #endWithUs = () => this.#child?.kill('SIGINT')

  private constructor(home: PostgresHome, options: ServerOptions) {
    this.#home = home
    this.#options = options
    this.#logFile = openLogFile(options.logFile)
  }

  static async start(home: PostgresHome, options: ServerOptions): Promise<PostgresServer> {
    const server = new PostgresServer(home, options)
    process.once('exit', server.#endWithUs)
    try {
      server.#port = await freePort()
      await server.#launch(true)
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  get port(): number {
    return this.#port
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    this.#endWithUs()
    await this.#revival
    if (this.#child) await endChild(this.#child)
    process.off('exit', this.#endWithUs)
    this.#logFile.close()
  }

  /** Tries until the server is ready; what passes by itself (a port just taken, an old process going) is waited for. */
  async #launch(movable: boolean): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const child = this.#spawn()
      if (await isReady(child, this.#home.cluster)) return this.#watch(child)
      const words = this.#logFile.news()
      const portTaken = /could not bind|could not create any TCP/.test(words)
      const stillHeld = /lock file .* already exists|shared memory block .* still in use/.test(words)
      if (this.#stopping || attempt >= limits.startTries || !(portTaken || stillHeld)) throw cannotStart(words)
      if (portTaken && movable) this.#port = await freePort()
      await delay(Math.min(limits.retryFirstMs * 2 ** attempt, limits.retryMostMs))
      if (stillHeld) await endOrphans(this.#home.cluster, this.#options.log)
    }
  }

  #spawn(): ChildProcess {
    this.#logFile.mark()
    const settings = { ...this.#options.settings, port: `${this.#port}` }
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [command, ...args] = commandOf(this.#home, 'postgres', ['-D', this.#home.cluster, ...flags])
    const { fd } = this.#logFile
    // A session of its own: Ctrl-C in the terminal is for us, and we stop the server when the last call is done.
    const child = spawn(command, args, { cwd: '/', env: programPath, detached: true, stdio: ['ignore', fd, fd] })
    child.unref()
    child.on('error', () => {}) // shows as "not ready"
    this.#child = child
    return child
  }

  #watch(child: ChildProcess): void {
    const since = Date.now()
    const died = () => {
      if (this.#stopping) return
      this.#restarts = Date.now() - since > limits.steadyMs ? 1 : this.#restarts + 1
      this.#options.log('数据库意外停止，正在重启 / the database server ended unexpectedly; starting it again')
      this.#revival = this.#revive().catch(error =>
        this.#options.log(error instanceof Error ? error.message : `${error}`),
      )
    }
    if (hasEnded(child)) died()
    else child.once('exit', died)
  }

  async #revive(): Promise<void> {
    if (this.#restarts > limits.restarts) throw cannotStart(`${limits.restarts} restarts in a row`)
    await endOrphans(this.#home.cluster, this.#options.log)
    if (!this.#stopping) await this.#launch(false)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function isReady(child: ChildProcess, cluster: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limits.readyMs; waitedMs += limits.lookAgainMs) {
    if (hasEnded(child)) return false
    const pidFile = readPidFile(cluster)
    if (pidFile && pidFile.pid === child.pid && pidFile.ready) return true
    await delay(limits.lookAgainMs)
  }
  await endChild(child)
  return false
}

async function endChild(child: ChildProcess): Promise<void> {
  child.kill('SIGINT')
  for (let waitedMs = 0; waitedMs < limits.stopMs && !hasEnded(child); waitedMs += limits.lookAgainMs) {
    await delay(limits.lookAgainMs)
  }
  if (!hasEnded(child)) child.kill('SIGQUIT') // gives up an orderly end; the next start recovers from the log
}

async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < limits.startTries; attempt += 1) {
    const port = randomInt(limits.firstPort, limits.lastPort + 1)
    const free = await new Promise<boolean>(resolve => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw cannotStart(`no free port between ${limits.firstPort} and ${limits.lastPort}`)
}
