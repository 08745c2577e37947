// The pool keeps places for postings and queries, lets others wait a little, and sheds reads first.

import { expect, test } from 'vitest'
import { createBreaker, defaultBreaker } from './breaker.ts'
import { createPool, type Lane } from './pool.ts'

const settings = { size: 8, waitMs: 60_000, mostWaiting: 4 }
const noWait = 1

async function fill(pool: ReturnType<typeof createPool>, lane: Lane): Promise<(() => void)[]> {
  const places: (() => void)[] = []
  for (;;) {
    const place = await pool.enter(lane, noWait)
    if (!place) return places
    places.push(place)
  }
}

test.each([
  ['read', 5],
  ['query', 6],
  ['posting', 7],
] as const)('%s alone gets %d of eight places', async (lane, places) => {
  expect(await fill(createPool(settings), lane)).toHaveLength(places)
})

test('reads in the way leave two places for postings and one for a query', async () => {
  const pool = createPool(settings)
  await fill(pool, 'read')
  expect(await fill(pool, 'posting')).toHaveLength(2)
  expect(await fill(pool, 'query')).toHaveLength(1)
})

test('a place given back goes to the posting first, though the read waited longer', async () => {
  const pool = createPool(settings)
  const [first] = await fill(pool, 'read')
  await fill(pool, 'posting')
  const order: Lane[] = []
  const read = pool.enter('read', 60_000).then(place => place && order.push('read'))
  const posting = pool.enter('posting', 60_000).then(place => place && order.push('posting'))
  first?.()
  first?.()
  await posting
  expect(order).toEqual(['posting'])
  pool.close()
  await read
  expect(order).toEqual(['posting'])
})

test('where all wait, a posting takes the place of a waiting read', async () => {
  const pool = createPool({ ...settings, mostWaiting: 1 })
  const places = await fill(pool, 'posting')
  await fill(pool, 'query')
  const read = pool.enter('read', 60_000)
  const posting = pool.enter('posting', 60_000)
  expect(await read).toBeUndefined()
  expect(await pool.enter('query', 60_000)).toBeUndefined()
  places[0]?.()
  expect(await posting).toBeTypeOf('function')
})

test('the circuit counts failures in its window, tries once, and closes when the trial succeeds', () => {
  let now = 0
  const breaker = createBreaker(defaultBreaker, () => now)
  for (let failure = 0; failure < 4; failure += 1) breaker.failed()
  now = 30_000
  breaker.failed()
  expect(breaker.ask()).toBe('pass')
  for (let failure = 0; failure < 4; failure += 1) breaker.failed()
  expect(breaker.ask()).toBe('stop')
  now += 9_999
  expect(breaker.ask()).toBe('stop')
  now += 1
  expect(breaker.ask()).toBe('trial')
  expect(breaker.ask()).toBe('stop')
  breaker.tried(false)
  expect(breaker.ask()).toBe('stop')
  now += 10_000
  expect(breaker.ask()).toBe('trial')
  breaker.tried(true)
  expect(breaker.ask()).toBe('pass')
  breaker.failed()
  expect(breaker.ask()).toBe('pass')
})
