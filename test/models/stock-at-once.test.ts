// Several people on the same cards at once: what comes of it is what one after the other would give, in some order.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginning, planOf, step } from '../support/card-plans.ts'
import { type Lives, openLives, runsOf } from '../support/lives.ts'
import { agree } from '../support/model-county.ts'

const runs = runsOf(25)
const rounds = { minLength: 3, maxLength: 10 }
const atOnce = { minLength: 2, maxLength: 4 }

/** Patience with a busy machine. */
const longestRunMs = 20_000

let lives: Lives
beforeAll(async () => {
  lives = await openLives()
})
afterAll(() => lives.close())

test(
  'steps taken at once agree with the model in some order',
  async () => {
    const seen = { done: 0, refused: 0, collided: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, atOnce), rounds), async rounds => {
        const county = await lives.newCounty()
        for (const first of beginning()) await lives.take(county, planOf(county, first))
        for (const steps of rounds) {
          const planned = steps.map(next => planOf(county, next))
          // One recharge is settled once.
          const plans = planned.filter(
            (plan, at) => planned.findIndex(({ name }) => name === plan.name) === at || !plan.name.startsWith('settle'),
          )
          const alone = plans.map(plan => plan.predict(county.model.copy()))
          const outcomes = await lives.takeAtOnce(county, plans)
          seen.done += outcomes.filter(done => done).length
          seen.refused += outcomes.filter(done => !done).length
          seen.collided += outcomes.filter((done, at) => !done && alone[at]).length
        }
        await lives.take(county, planOf(county, { do: 'carry' }))
        await agree(lives.db, county)
      }),
      { numRuns: runs, endOnFailure: true },
    )
    // Some that could have been done alone were refused because another was first: else nobody met.
    expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([])
  },
  runs * longestRunMs,
)
