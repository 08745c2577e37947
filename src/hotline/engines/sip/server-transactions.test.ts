// Server transactions with the clock in the test's hand.
import { describe, expect, it } from 'vitest'
import type { Flow } from './flow.ts'
import { sipTimers } from './limits.ts'
import { replyTo, serialize } from './serialize.ts'
import { ServerTransactions } from './server-transactions.ts'
import { request } from './testing/test-messages.ts'

const UDP: Flow = { transport: 'udp', address: '192.0.2.7', port: 5062, connection: 0 }
const TCP: Flow = { ...UDP, transport: 'tcp', connection: 1 }

function begin(
  method = 'INVITE',
  flow = UDP,
): { table: ServerTransactions; key: string; answer: (status: number, atMs?: number) => number } {
  const table = new ServerTransactions()
  const first = request({ method })
  const { key, verdict } = table.receive(first, flow)
  expect(verdict).toBe('new')
  const answer = (status: number, atMs = 0): number =>
    table.respond(key, status, serialize(replyTo(first, status, { toTag: 't' })), atMs).length
  return { table, key, answer }
}

/** The times at which something is sent until `endMs`. */
function sendTimes(table: ServerTransactions, endMs: number): number[] {
  const times: number[] = []
  while (table.nextAtMs() <= endMs) {
    const nowMs = table.nextAtMs()
    for (const effect of table.advance(nowMs)) if (effect.type === 'send') times.push(nowMs)
  }
  return times
}

describe('INVITE', () => {
  it('repeats a refusal over datagrams until its ACK comes', () => {
    const { table, answer } = begin()
    answer(486)
    expect(sendTimes(table, 8_000)).toEqual([500, 1_500, 3_500, 7_500])
    expect(table.acknowledge(request({ method: 'ACK' }), 8_000)).toBe(true)
    expect(sendTimes(table, 60_000)).toEqual([])
    expect(table.size).toBe(0)
  })

  it('gives up a refusal that is never acknowledged', () => {
    const { table, answer } = begin()
    answer(486)
    expect(sendTimes(table, 60_000).at(-1)).toBeLessThan(sipTimers().lifeMs)
    expect(table.size).toBe(0)
  })

  it('does not repeat a refusal over a stream', () => {
    const { table, answer } = begin('INVITE', TCP)
    answer(486)
    expect(sendTimes(table, 60_000)).toEqual([])
  })

  it.each([UDP, TCP])('repeats a 200 until the dialog saw the ACK', flow => {
    const { table, key, answer } = begin('INVITE', flow)
    answer(200)
    expect(sendTimes(table, 8_000)).toEqual([500, 1_500, 3_500, 7_500])
    table.accepted(key)
    expect(sendTimes(table, 60_000)).toEqual([])
    expect(table.size).toBe(0)
  })

  it('tells once when a 200 is never acknowledged', () => {
    const { table, answer } = begin()
    answer(200)
    const effects = []
    while (table.nextAtMs() < 120_000) effects.push(...table.advance(table.nextAtMs()))
    expect(effects.filter(effect => effect.type === 'noAck')).toHaveLength(1)
    expect(table.size).toBe(0)
  })

  it('answers a repeated INVITE with what was said last, and absorbs it after a 200', () => {
    const { table, answer } = begin()
    const again = (): number => table.receive(request(), UDP).effects.length
    expect(again()).toBe(0)
    answer(180)
    expect(again()).toBe(1)
    answer(200)
    expect(again()).toBe(0)
  })

  it('lets only the first final answer out', () => {
    const { answer } = begin()
    expect(answer(487)).toBe(1)
    expect(answer(200)).toBe(0)
  })

  it('does not take the ACK to a 200 for its own', () => {
    const { table, answer } = begin()
    answer(200)
    expect(table.acknowledge(request({ method: 'ACK', branch: 'z9hG4bKother' }), 10)).toBe(false)
  })

  it('is found by its CANCEL only', () => {
    const { table, key } = begin()
    expect(table.findCancelled(request({ method: 'CANCEL' }))).toBe(key)
    expect(table.findCancelled(request({ method: 'CANCEL', branch: 'z9hG4bKother' }))).toBeNull()
  })
})

describe('other requests', () => {
  it('repeat their answer for 32 s over datagrams and no time over streams', () => {
    const { table, answer } = begin('INFO')
    answer(200)
    expect(table.receive(request({ method: 'INFO' }), UDP)).toMatchObject({
      verdict: 'repeat',
      effects: [{ type: 'send' }],
    })
    table.advance(sipTimers().lifeMs)
    expect(table.size).toBe(0)
    const stream = begin('INFO', TCP)
    stream.answer(200)
    stream.table.advance(1)
    expect(stream.table.size).toBe(0)
  })
})

it('knows a request that came by two ways', () => {
  const { table } = begin()
  expect(table.receive(request({ branch: 'z9hG4bKtwo' }), UDP).verdict).toBe('merged')
  expect(table.receive(request({ branch: 'z9hG4bKthree', toTag: 'x' }), UDP).verdict).toBe('new')
})

it('tells requests of old clients without the magic cookie apart', () => {
  const table = new ServerTransactions()
  expect(table.receive(request({ branch: '1', cseq: 1 }), UDP).verdict).toBe('new')
  expect(table.receive(request({ branch: '1', cseq: 2 }), UDP).verdict).toBe('new')
  expect(table.receive(request({ branch: '1', cseq: 2 }), UDP).verdict).toBe('repeat')
})

it('is full for strangers before it is full for calls in progress', () => {
  const table = new ServerTransactions(sipTimers(), 2)
  for (const n of [1, 2]) table.receive(request({ branch: `z9hG4bK${n}`, callId: `c${n}` }), UDP)
  expect(table.receive(request({ branch: 'z9hG4bK3', callId: 'c3' }), UDP).verdict).toBe('full')
  expect(table.receive(request({ method: 'BYE', branch: 'z9hG4bK4', toTag: 't' }), UDP).verdict).toBe('new')
})
