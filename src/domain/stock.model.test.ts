// Random lives of cards, in the database and in a plain model: every illegal move is refused with nothing changed, and a
// crash in the middle of a step leaves it done or not done.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moveNames } from '../../test/support/card-model.ts'
import { beginning, planOf, step } from '../../test/support/card-plans.ts'
import { type Lives, openLives, runsOf } from '../../test/support/lives.ts'
import { agree } from '../../test/support/model-county.ts'

/** Sequences tried, and the longest of them. */
const runs = runsOf(25)
const longest = 60

/** Patience with a busy machine. */
const longestRunMs = 20_000

let lives: Lives
beforeAll(async () => {
  lives = await openLives()
})
afterAll(() => lives.close())

/** Mostly none; else the process dies before it commits, or its connection is cut somewhere on the way. */
const crash = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant('beforeCommit' as const) },
  { weight: 1, arbitrary: fc.record({ afterMs: fc.nat({ max: 12 }) }) },
)

test(
  'random lives of cards agree with the model at every step, whatever crashes',
  async () => {
    const done = new Map<string, number>()
    const count = (name: string) => done.set(name, (done.get(name) ?? 0) + 1)
    const steps = fc.array(fc.tuple(step, crash), { minLength: 20, maxLength: longest, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, async steps => {
        const county = await lives.newCounty()
        for (const first of beginning()) await lives.take(county, planOf(county, first))
        await agree(lives.db, county)
        for (const [next, crashing] of steps) {
          const before = JSON.stringify(county.model.cards)
          const plan = planOf(county, next)
          if (crashing === null) await lives.take(county, plan)
          else if (crashing === 'beforeCommit') await lives.takeAndDie(plan)
          else count(`cut and ${await lives.takeAndCut(county, plan, crashing.afterMs)}`)
          await agree(lives.db, county)
          if (crashing === null) {
            count(`${plan.name} ${before === JSON.stringify(county.model.cards) ? 'nothing' : 'changed'}`)
          }
        }
      }),
      { numRuns: runs, endOnFailure: true },
    )
    // A model test that never does a thing proves nothing of it: every move has happened, and has been refused.
    const wanted = [...moveNames, 'admit', 'accept', 'hold'].flatMap(kind => [`${kind} changed`, `${kind} nothing`])
    expect(['cut and done', 'cut and nothing', ...wanted].filter(name => !done.has(name))).toEqual([])
  },
  runs * longestRunMs,
)
