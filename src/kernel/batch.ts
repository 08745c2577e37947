// Under load, commands that wait for the same database travel together in one transaction; invisible to all else.

import type { z } from 'zod'
import { writeAudit } from './audit.ts'
import type { Tx } from './db.ts'
import { type Admitted, claimOf, entryOf, type KernelSettings } from './execute.ts'
import { claimKeys, type KeyClaim, keepResults } from './idempotency.ts'
import type { Command } from './operation.ts'
import { Refusal } from './refusal.ts'

interface Waiting<S> {
  item: Admitted<S>
  claim: KeyClaim | null
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

const lanes = 2
const maxWaiting = 10_000

/**
 * Hands over commands as they come: one alone goes as a plain call; those that gather while the lanes are busy leave
 * together when a lane returns, without a timer. Two items with one key never travel in one batch.
 */
export function createBatcher<S>(
  settings: KernelSettings<S>,
  operation: Command<S, z.ZodType, z.ZodType>,
  runAlone: (item: Admitted<S>) => Promise<unknown>,
): (item: Admitted<S>) => Promise<unknown> {
  const queue: Waiting<S>[] = []
  let underWay = 0

  function pump(): void {
    while (underWay < lanes && queue.length > 0) {
      const batch = takeBatch(queue, settings.batchSize)
      underWay += 1
      void travel(batch).finally(() => {
        underWay -= 1
        pump()
      })
    }
  }

  async function travel(batch: readonly Waiting<S>[]): Promise<void> {
    if (batch.length > 1) {
      try {
        const results = await settings.db.transaction().execute(tx => runTogether(tx, settings, operation, batch))
        for (const [place, waiting] of batch.entries()) settle(waiting, results[place])
        return
      } catch (error) {
        settings.log.warn({ err: error, items: batch.length }, 'a batch failed as a whole; its items go one by one')
      }
    }
    await Promise.all(batch.map(waiting => runAlone(waiting.item).then(waiting.resolve, waiting.reject)))
  }

  return item =>
    new Promise((resolve, reject) => {
      if (queue.length >= maxWaiting) return reject(new Refusal('tooBusy'))
      queue.push({ item, claim: claimOf(settings, item), resolve, reject })
      pump()
    })
}

function settle<S>(waiting: Waiting<S>, result: unknown): void {
  if (result instanceof Refusal) waiting.reject(result)
  else waiting.resolve(result)
}

function takeBatch<S>(queue: Waiting<S>[], most: number): Waiting<S>[] {
  const keys = new Set<string>()
  const taken: Waiting<S>[] = []
  const left: Waiting<S>[] = []
  for (const waiting of queue) {
    const key = waiting.claim && `${waiting.claim.countyId} ${waiting.claim.caller} ${waiting.claim.key}`
    if (taken.length >= most || (key !== null && keys.has(key))) left.push(waiting)
    else {
      taken.push(waiting)
      if (key !== null) keys.add(key)
    }
  }
  queue.splice(0, queue.length, ...left)
  return taken
}

/** Keys, run, audit and results of a whole batch as arrays in one transaction; answers in the order of the items. */
async function runTogether<S>(
  tx: Tx,
  settings: KernelSettings<S>,
  operation: Command<S, z.ZodType, z.ZodType>,
  batch: readonly Waiting<S>[],
): Promise<unknown[]> {
  if (!operation.runMany) throw new Error('only operations with runMany travel together')
  const results = new Map<Waiting<S>, unknown>()
  const keyed = batch.filter(waiting => waiting.claim !== null)
  const claims = keyed.flatMap(waiting => (waiting.claim ? [waiting.claim] : []))
  const claimed = claims.length > 0 ? await claimKeys(tx, claims) : []
  for (const [place, waiting] of keyed.entries()) {
    const answer = claimed[place]
    if (answer instanceof Refusal) results.set(waiting, answer)
    else if (answer && !answer.mine) results.set(waiting, operation.output.parse(answer.first))
  }
  const fresh = batch.filter(waiting => !results.has(waiting))
  const outputs = await operation.runMany(
    { tx, services: settings.services, now: settings.now() },
    fresh.map(({ item }) => ({ context: item.context, input: item.input })),
  )
  if (outputs.length !== fresh.length) throw new Error('runMany answers every item')
  for (const [place, waiting] of fresh.entries()) {
    const output = outputs[place]
    results.set(waiting, output instanceof Refusal ? output : operation.output.parse(output))
  }
  await writeAudit(
    tx,
    fresh.map(waiting => {
      const result = results.get(waiting)
      return entryOf(waiting.item, result instanceof Refusal ? result.code : 'done')
    }),
  )
  const kept = fresh.flatMap(waiting => {
    const result = results.get(waiting)
    return waiting.claim && !(result instanceof Refusal) ? [{ claim: waiting.claim, result }] : []
  })
  const dropped = fresh.flatMap(w => (w.claim && results.get(w) instanceof Refusal ? [w.claim] : []))
  await keepResults(tx, kept, dropped)
  return batch.map(waiting => results.get(waiting))
}
