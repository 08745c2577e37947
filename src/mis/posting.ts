// Carries postings to the billing system: at once for a waiting caller, and again later for those that are not settled.

import { performance } from 'node:perf_hooks'
import type { AttemptOutcome } from '../domain/posting-rules.ts'
import type { PostedNow, PostingTimes, PostNow } from '../domain/services.ts'
import type { Client } from '../kernel/client.ts'
import type { Log } from '../kernel/log.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { AppRegistry } from '../registry.ts'
import type { BillingConnector, PostedAnswer, PostingStateAnswer, Result } from './connector.ts'
import { dateOf, instantOf } from './wire/time.ts'

export interface PosterSettings {
  /** The commands of posting, acting in a county. */
  api: (countyId: number) => Client<AppRegistry>
  billing: (countyId: number) => BillingConnector
  times: PostingTimes
  sweepMs: number
  sweepMost: number
  heartbeatMs: number
  counties: () => Promise<readonly number[]>
  /** The billing side's clock shown for an instant of ours; tests run it faster. */
  shown: (realMs: number) => number
  log: Log
}

export interface Poster {
  postNow(posting: PostNow): Promise<PostedNow>
  /** Starts sweeping up what nobody sends. */
  start(): void
  /** Stops sweeping and waits for messages under way. */
  stop(): Promise<void>
}

interface Task {
  countyId: number
  transactionSerial: string
  leaseToken: number
  next: 'send' | 'ask'
}

/** Fewer than the connector has places: the sweeper never takes one from a caller, nor fails for want of one. */
const sweepLanes = 4
const firstBeatsMs = 300
const ended: ReadonlySet<string> = new Set(['succeeded', 'failed', 'lateAcceptance'])

export function createPoster(settings: PosterSettings): Poster {
  const { times, log } = settings
  const acctDates = new Map<number, string>()
  const silent = new Set<number>()
  let stopping = false
  const underWay = new Set<Promise<unknown>>()
  let timers: NodeJS.Timeout[] = []
  let sweeping = false

  /** Sends one message and settles what was heard. Null when the lease is lost. */
  async function step(task: Task) {
    const api = settings.api(task.countyId)
    const { transactionSerial, leaseToken } = task
    const message = task.next === 'send' ? 'post' : 'query'
    const acctDate = acctDates.get(task.countyId) ?? dateOf(settings.shown(Date.now()))
    const beforeMs = Date.now()
    const begun = await api.posting.begin({ transactionSerial, leaseToken, message, acctDate }).catch(leaseLost)
    if (!begun) return null
    // A node that was stopped after it wrote its attempt stays silent: others may have called the silence final (R3).
    const sendBefore = settings.shown(beforeMs + times.sendWithinMs)
    const outcome = await send(settings, task, begun, sendBefore)
    const settled = await api.posting.settle({ transactionSerial, attemptNo: begun.attemptNo, leaseToken, outcome })
    return { settled, outcome }
  }

  /** Goes on until the posting is settled, the budget is used up, or the lease is lost. */
  async function carry(task: Task, budgetMs: number): Promise<PostedNow> {
    const deadlineMs = performance.now() + budgetMs
    let result: PostedNow = { settlement: 'stale', reason: null, balanceFen: null, notices: [] }
    for (let round = 0; ; round += 1) {
      const done = await step(task)
      if (!done) return result
      const posted = postedOf(done.outcome)
      result = { ...done.settled, balanceFen: posted?.balanceFen ?? null, notices: posted?.notices ?? [] }
      // What ended has no task any more, and so no lease to give back.
      if (ended.has(done.settled.settlement)) return result
      if (done.settled.next === 'nothing') break
      task = { ...task, next: done.settled.next }
      const waitMs = task.next === 'send' ? 0 : (times.askAgainMs[round] ?? times.askAgainMs.at(-1) ?? 0)
      if (performance.now() + waitMs > deadlineMs || round >= 4) break
      await new Promise(resolve => setTimeout(resolve, waitMs))
    }
    const { transactionSerial, leaseToken } = task
    await settings.api(task.countyId).posting.release({ transactionSerial, leaseToken })
    return result
  }

  async function sweep(): Promise<void> {
    if (sweeping) return
    sweeping = true
    try {
      const { tasks } = await settings.api(0).posting.take({ most: settings.sweepMost })
      const queue = [...tasks]
      const lane = async () => {
        for (let task = queue.shift(); task; task = queue.shift()) await carry(task, 0)
      }
      await Promise.all(Array.from({ length: sweepLanes }, lane))
    } catch (error) {
      log.error({ err: error }, 'the sweep of postings failed and will be tried again')
    } finally {
      sweeping = false
    }
  }

  /** Asks every county's billing system for its date; an answer that stays away is said once. */
  async function beat(): Promise<void> {
    for (const countyId of await settings.counties()) {
      const answer = await settings.billing(countyId).heartbeat({ timeoutMs: times.heartbeatTimeoutMs })
      if (answer.class === 'accepted') {
        acctDates.set(countyId, answer.data.acctDate)
        silent.delete(countyId)
        continue
      }
      if (acctDates.has(countyId) && !silent.has(countyId)) log.warn({ countyId }, 'no heartbeat of the billing system')
      silent.add(countyId)
    }
  }

  /** At a start the billing system may still be starting too: asked again soon until it has answered. */
  async function firstBeats(): Promise<void> {
    for (let tries = 0; tries < 30 && !stopping; tries += 1) {
      await beat()
      if (silent.size === 0) return
      await new Promise(resolve => setTimeout(resolve, firstBeatsMs))
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    void work.catch(() => undefined).finally(() => underWay.delete(work))
    return work
  }

  return {
    postNow: ({ budgetMs, ...task }) => track(carry({ ...task, next: 'send' }, budgetMs)),
    start() {
      const every = (ms: number, run: () => Promise<void>) => timers.push(setInterval(() => void track(run()), ms))
      const failed = (error: unknown) => log.error({ err: error }, 'heartbeat failed')
      void track(firstBeats().catch(failed))
      void track(sweep())
      every(settings.heartbeatMs, () => beat().catch(failed))
      every(settings.sweepMs, sweep)
    },
    async stop() {
      stopping = true
      for (const timer of timers) clearInterval(timer)
      timers = []
      await Promise.allSettled([...underWay])
    },
  }
}

function leaseLost(error: unknown): null {
  if (error instanceof Refusal && error.code === 'leaseLost') return null
  throw error
}

type Begun = Awaited<ReturnType<Client<AppRegistry>['posting']['begin']>>

async function send(settings: PosterSettings, task: Task, begun: Begun, sendBefore: number): Promise<AttemptOutcome> {
  const billing = settings.billing(task.countyId)
  const { times } = settings
  if (task.next === 'send') {
    const expiresAt = instantOf(settings.shown(Date.parse(begun.expiresAt ?? begun.startedAt)))
    return postOutcome(
      await billing.postRecharge(begun.posting, expiresAt, { timeoutMs: times.postTimeoutMs, sendBefore }),
    )
  }
  return stateOutcome(await billing.queryPosting(begun.posting, { timeoutMs: times.queryTimeoutMs }))
}

function postOutcome(result: Result<PostedAnswer>): AttemptOutcome {
  if (result.class === 'accepted') return { class: 'accepted', posted: result.data }
  if (result.class === 'unknown') return { class: 'unknown', cause: result.cause }
  return { class: 'refused', reason: result.reason, code: result.code, stage: result.stage }
}

function stateOutcome(result: Result<PostingStateAnswer>): AttemptOutcome {
  if (result.class === 'accepted') return { class: 'state', ...result.data }
  if (result.class === 'unknown') return { class: 'unknown', cause: result.cause }
  return { class: 'refused', reason: result.reason, code: result.code, stage: result.stage }
}

function postedOf(outcome: AttemptOutcome): PostedAnswer | null {
  if (outcome.class === 'accepted') return outcome.posted
  if (outcome.class === 'state' && 'posted' in outcome) return outcome.posted
  return null
}
