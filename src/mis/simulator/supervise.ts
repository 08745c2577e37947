// Runs the reference billing system as a process of its own, and starts it again when it was killed to be.

import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ReferenceMis, ReferenceMisSettings } from './reference-mis.ts'

/** What the process is told; keys travel over the channel between the two processes alone. */
export type ProcessSettings = Omit<ReferenceMisSettings, 'log' | 'killAndRestart'>

export type ProcessReport =
  | { kind: 'started'; port: number }
  | { kind: 'failed'; message: string }
  | { kind: 'log'; sentence: string }
  /** The process is about to end and wants to be back after so many real milliseconds. */
  | { kind: 'restart'; downMs: number }

const stopMs = 10_000
const crashPauseMs = 500
const mostCrashes = 5

/** Like `startReferenceMis`, and the fault `restart` and the admin's restart work: by a real kill. */
export async function superviseReferenceMis(
  settings: Omit<ReferenceMisSettings, 'killAndRestart' | 'resume'>,
): Promise<ReferenceMis> {
  const { log, ...told } = settings
  let stopping = false
  let crashes = 0
  let pause: NodeJS.Timeout | undefined

  const run = async (child: ChildProcess, port: number, resume: boolean): Promise<number> => {
    let downMs: number | undefined
    const started = new Promise<number>((resolve, reject) => {
      child.on('message', (report: ProcessReport) => {
        if (report.kind === 'started') resolve(report.port)
        if (report.kind === 'failed') reject(new Error(report.message))
        if (report.kind === 'log') log(report.sentence)
        if (report.kind === 'restart') downMs = report.downMs
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => reject(new Error(`the reference billing system ended: ${signal ?? code}`)))
    })
    child.send({ ...told, port, resume })
    const bound = await started
    child.once('exit', (code, signal) => {
      if (stopping) return
      if (downMs === undefined) {
        log(`the reference billing system ended by itself (${signal ?? code})`)
        crashes += 1
        if (crashes > mostCrashes) return
      }
      pause = setTimeout(() => revive(bound), downMs ?? crashPauseMs)
    })
    return bound
  }
  const revive = (port: number) => {
    child = launch()
    starting = run(child, port, true)
    starting.catch(error => log(error instanceof Error ? error.message : `${error}`))
  }

  let child = launch()
  let starting = run(child, settings.port, false)
  const port = await starting
  return {
    port,
    async stop() {
      stopping = true
      clearTimeout(pause)
      await starting.catch(() => undefined) // it was reported, and what did not start needs no stopping
      await end(child)
    },
  }
}

function launch(): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  return fork(fileURLToPath(new URL('./mis-process.ts', import.meta.url)), {
    execArgv: ['--import', loader],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

/** The process stops by itself when the channel to it closes. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
  child.disconnect()
  await gone
  clearTimeout(timer)
}
