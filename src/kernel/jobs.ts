// Long work with progress: enqueued in a command's transaction, run by any node, run again by itself after a crash.

import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import type { Database } from './db.ts'
import type { DB } from './db-types.ts'
import type { Log } from './log.ts'
import { Refusal } from './refusal.ts'

/**
 * What a running job may do besides its work. A kind calls `progress` before its first step, so that a job cancelled
 * while it waited still ends through the kind, which puts its document back.
 */
export interface JobControl {
  countyId: number
  jobId: number
  createdBy: number | null
  /** Writes progress in a transaction of its own; throws JobCancelled when someone asked for the end. */
  progress(doneCount: number, totalCount: number): Promise<void>
}

export type JobKind = (control: JobControl, input: unknown) => Promise<unknown>

export class JobCancelled extends Error {
  constructor() {
    super('the job was cancelled')
    this.name = 'JobCancelled'
  }
}

/** Writes a job down in the caller's transaction; it starts when that commits. */
export async function enqueueJob(
  tx: Kysely<DB>,
  job: { countyId: number; kind: string; input: unknown; createdBy: number | null },
): Promise<number> {
  const row = await tx
    .insertInto('job')
    .values({ countyId: job.countyId, kind: job.kind, input: JSON.stringify(job.input), createdBy: job.createdBy })
    .returning('jobId')
    .executeTakeFirstOrThrow()
  return row.jobId
}

export interface JobRunner {
  /** Stops taking jobs and waits for the running one. */
  stop(): Promise<void>
}

/**
 * Runs waiting jobs one after another. A job belongs to whoever holds its advisory lock on a connection of its own:
 * the lock dies with the connection, so a job found `running` without a lock is one whose node crashed.
 */
export function startJobRunner(settings: {
  db: Database
  pool: pg.Pool
  kinds: Readonly<Record<string, JobKind>>
  log: Log
  pollMs: number
}): JobRunner {
  let stopping = false
  let wake: () => void = () => {}
  const loop = (async () => {
    while (!stopping) {
      const ran = await runNext(settings).catch(error => {
        settings.log.error({ err: error }, 'the job runner could not look for work')
        return false
      })
      if (!ran && !stopping) {
        await new Promise<void>(resolve => {
          wake = resolve
          setTimeout(resolve, settings.pollMs).unref()
        })
      }
    }
  })()
  return {
    async stop() {
      stopping = true
      wake()
      await loop
    },
  }
}

type RunnerSettings = Parameters<typeof startJobRunner>[0]

async function runNext(settings: RunnerSettings): Promise<boolean> {
  if (Object.keys(settings.kinds).length === 0) return false
  const open = await settings.db
    .selectFrom('job')
    .selectAll()
    .where('state', 'in', ['waiting', 'running'])
    .where('kind', 'in', Object.keys(settings.kinds))
    .orderBy('createdAt')
    .limit(20)
    .execute()
  for (const job of open) {
    const connection = await settings.pool.connect()
    try {
      const lock = await connection.query<{ mine: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
        [`job ${job.countyId} ${job.jobId}`],
      )
      if (!lock.rows[0]?.mine) continue
      await runLocked(settings, job.countyId, job.jobId)
      return true
    } finally {
      connection.release(true)
    }
  }
  return false
}

async function runLocked(settings: RunnerSettings, countyId: number, jobId: number): Promise<void> {
  const { db, log } = settings
  const started = await sql<{ kind: string; input: unknown; createdBy: number | null }>`
    update job set state = 'running', started_at = coalesce(started_at, now())
    where county_id = ${countyId} and job_id = ${jobId} and state in ('waiting', 'running')
    returning kind, input, created_by`.execute(db)
  const job = started.rows[0]
  const work = job && settings.kinds[job.kind]
  if (!job || !work) return
  try {
    const control = controlOf(db, countyId, jobId, job.createdBy)
    await end(db, countyId, jobId, 'succeeded', { result: JSON.stringify((await work(control, job.input)) ?? null) })
  } catch (error) {
    if (error instanceof JobCancelled) return end(db, countyId, jobId, 'cancelled', {})
    log.error({ err: error, countyId, jobId, kind: job.kind }, 'a job failed')
    const text = error instanceof Refusal ? error.code : 'unexpected'
    await end(db, countyId, jobId, 'failed', { error: text })
  }
}

function controlOf(db: Database, countyId: number, jobId: number, createdBy: number | null): JobControl {
  return {
    countyId,
    jobId,
    createdBy,
    async progress(doneCount, totalCount) {
      const row = await db
        .updateTable('job')
        .set({ doneCount, totalCount })
        .where('countyId', '=', countyId)
        .where('jobId', '=', jobId)
        .returning('cancelRequested')
        .executeTakeFirstOrThrow()
      if (row.cancelRequested) throw new JobCancelled()
    },
  }
}

async function end(
  db: Database,
  countyId: number,
  jobId: number,
  state: 'succeeded' | 'failed' | 'cancelled',
  more: { result?: string; error?: string },
): Promise<void> {
  await db
    .updateTable('job')
    .set({ state, endedAt: sql<Date>`now()`, ...more })
    .where('countyId', '=', countyId)
    .where('jobId', '=', jobId)
    .execute()
}
