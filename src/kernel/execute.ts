// The one road: authorise, validate, transaction, idempotency key, run, audit in the same transaction.

import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { writeAudit } from './audit.ts'
import { createBatcher } from './batch.ts'
import { type Database, sqlState, type Tx } from './db.ts'
import { claimKeys, inputDigest, type KeyClaim, keepResults } from './idempotency.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Actor, Command, Context, Operation, Origin } from './operation.ts'
import { redact } from './redact.ts'
import { Refusal, refuse, UnexpectedFailure } from './refusal.ts'

export interface Request {
  name: string
  input: unknown
  actor: Actor
  /** Makes a repeat of the same command return its first result. */
  key?: string
  requestId?: string
  /** The county a person who reaches across counties asks about; without it the actor's own. */
  countyId?: number
  /** Where the request came from, as far as the door knows. */
  from?: Origin
}

export type Execute = (request: Request) => Promise<unknown>

export interface KernelSettings<S> {
  operations: ReadonlyMap<string, Operation<S>>
  db: Database
  services: S
  /** As who, in which county, a request is done, or a refusal; without it the roles written with the operation decide. */
  authorise?: (request: Request, operation: Operation<S>) => Promise<Actor>
  /** Keys the digests of inputs that are kept with idempotency keys. */
  digestKey: Buffer
  log: Log
  metrics: Metrics
  now: () => Date
  /** How often a transaction that lost a race in the database is tried again. */
  maxTries: number
  /** Most items of one batch. */
  batchSize: number
}

/** A request that was authorised and validated. */
export interface Admitted<S> {
  request: Request & { requestId: string }
  operation: Operation<S>
  input: unknown
  context: Context<S>
}

export function createExecute<S>(settings: KernelSettings<S>): Execute {
  const batchers = new Map<string, (item: Admitted<S>) => Promise<unknown>>()
  for (const [name, operation] of settings.operations) {
    if (operation.kind === 'command' && operation.runMany) {
      batchers.set(
        name,
        createBatcher(settings, operation, item => runCommand(settings, operation, item)),
      )
    }
  }
  return async request => {
    const requestId = request.requestId ?? randomUUID()
    const end = settings.metrics.operationSeconds.startTimer({ operation: known(settings, request.name) })
    let outcome = 'done'
    try {
      const item = await admit(settings, { ...request, requestId })
      return await run(settings, batchers, item)
    } catch (error) {
      outcome = error instanceof Refusal ? error.code : 'failed'
      if (error instanceof Refusal) throw error
      settings.log.error({ err: error, requestId, operation: request.name }, 'operation failed')
      throw new UnexpectedFailure(requestId, error)
    } finally {
      end()
      settings.metrics.operations.inc({ operation: known(settings, request.name), outcome })
    }
  }
}

const known = <S>(settings: KernelSettings<S>, name: string) => (settings.operations.has(name) ? name : 'unknown')

async function admit<S>(settings: KernelSettings<S>, asked: Request & { requestId: string }): Promise<Admitted<S>> {
  const operation = settings.operations.get(asked.name)
  if (!operation) return refuse('unknownOperation', { name: asked.name })
  const request = { ...asked, actor: await authorised(settings, asked, operation) }
  const parsed = operation.input.safeParse(request.input ?? {})
  if (!parsed.success) {
    return refuseAudited(settings, request, new Refusal('badInput', { problems: problemsOf(parsed.error) }), {})
  }
  const context: Context<S> = {
    actor: request.actor,
    countyId: request.actor.countyId,
    services: settings.services,
    requestId: request.requestId,
    from: request.from ?? nowhere,
    permissions: settings.operations,
    now: settings.now(),
    log: settings.log.child({ requestId: request.requestId, operation: request.name }),
  }
  return { request, operation, input: parsed.data, context }
}

const nowhere: Origin = { address: '', userAgent: '' }

/** The actor as who the request is done; a refusal is audited where the actor is at home. */
async function authorised<S>(
  settings: KernelSettings<S>,
  request: Request & { requestId: string },
  operation: Operation<S>,
): Promise<Actor> {
  try {
    if (settings.authorise) return await settings.authorise(request, operation)
    requireRole(request, operation.roles)
    return request.actor
  } catch (error) {
    if (error instanceof Refusal) return refuseAudited(settings, request, error, {})
    throw error
  }
}

/** Refuses whoever has none of these roles. */
export function requireRole({ name, actor }: Request, roles: readonly string[]): void {
  if (roles.includes(actor.role)) return
  refuse(actor.role === 'anonymous' ? 'notSignedIn' : 'notAllowed', { operation: name })
}

/** Every problem at once, each as `path: reason`. */
function problemsOf(error: z.ZodError): string[] {
  return error.issues.slice(0, 50).map(issue => `${issue.path.join('.') || 'input'}: ${issue.message}`)
}

async function run<S>(
  settings: KernelSettings<S>,
  batchers: ReadonlyMap<string, (item: Admitted<S>) => Promise<unknown>>,
  item: Admitted<S>,
): Promise<unknown> {
  const { operation } = item
  try {
    if (operation.kind === 'command') {
      const batcher = batchers.get(item.request.name)
      return await (batcher ? batcher(item) : runCommand(settings, operation, item))
    }
    if (operation.kind === 'query') {
      const result = await settings.db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(tx => operation.run({ ...item.context, tx }, item.input))
      const answer = operation.output.parse(result)
      if (operation.sensitive) await writeAudit(settings.db, [entryOf(item, 'read', operation.recorded?.(answer))])
      return answer
    }
    const result = await operation.run(item.context, item.input)
    await writeAudit(settings.db, [entryOf(item, 'read')])
    return operation.output.parse(result)
  } catch (error) {
    if (error instanceof Refusal) return refuseAudited(settings, item.request, error, redactedInput(item))
    throw error
  }
}

/** One command alone in its transaction; a lost race (deadlock, serialization) is tried again from the start. */
async function runCommand<S>(
  settings: KernelSettings<S>,
  operation: Command<S, z.ZodType, z.ZodType>,
  item: Admitted<S>,
): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await settings.db.transaction().execute(tx => commandIn(settings, tx, operation, item))
    } catch (error) {
      const state = sqlState(error)
      const lostRace = state === '40P01' || state === '40001'
      if (!lostRace || tries >= settings.maxTries) throw error
    }
  }
}

async function commandIn<S>(
  settings: KernelSettings<S>,
  tx: Tx,
  operation: Command<S, z.ZodType, z.ZodType>,
  item: Admitted<S>,
): Promise<unknown> {
  const claim = claimOf(settings, item)
  if (claim) {
    const [claimed] = await claimKeys(tx, [claim])
    if (claimed instanceof Refusal) throw claimed
    if (claimed && !claimed.mine) return operation.output.parse(claimed.first)
  }
  const result = operation.output.parse(await operation.run({ ...item.context, tx }, item.input))
  if (!operation.foundNothing?.(result)) await writeAudit(tx, [entryOf(item, 'done', operation.recorded?.(result))])
  if (claim) await keepResults(tx, [{ claim, result }], [])
  return result
}

/** The key a request claims; null for a request without one, and where the answer must not be kept. */
export function claimOf<S>({ digestKey }: KernelSettings<S>, item: Admitted<S>): KeyClaim | null {
  const { request } = item
  if (request.key === undefined || (item.operation.kind === 'command' && item.operation.answersSecret)) return null
  return {
    countyId: request.actor.countyId,
    operation: request.name,
    caller: request.actor.operatorId === null ? request.actor.name : `operator ${request.actor.operatorId}`,
    key: request.key,
    inputDigest: inputDigest(digestKey, item.input),
  }
}

export function entryOf<S>(item: Admitted<S>, outcome: string, recorded: object = {}) {
  const { request } = item
  return {
    requestId: request.requestId,
    operation: request.name,
    outcome,
    actor: request.actor,
    details: Object.assign({}, redactedInput(item), recorded),
  }
}

function redactedInput<S>(item: Admitted<S>): unknown {
  return redact(item.operation.input, item.input)
}

/** A refusal is audited in a transaction of its own, since the one it refused was rolled back. */
async function refuseAudited<S>(
  settings: KernelSettings<S>,
  request: Request & { requestId: string },
  refusal: Refusal,
  details: unknown,
): Promise<never> {
  const { requestId, name: operation, actor } = request
  await writeAudit(settings.db, [{ requestId, operation, outcome: refusal.code, actor, details }])
  throw refusal
}
