// Client transactions with the clock in the test's hand.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { type ClientEffect, ClientTransactions } from './client-transactions.ts'
import type { Flow } from './flow.ts'
import { replyTo, serialize } from './serialize.ts'
import { request, responseTo } from './testing/test-messages.ts'

const UDP: Flow = { transport: 'udp', address: '192.0.2.7', port: 5062, connection: 0 }
const TCP: Flow = { ...UDP, transport: 'tcp', connection: 3 }
const BRANCH = 'z9hG4bKone'

function begin(
  method: string,
  flow = UDP,
): { table: ClientTransactions; respond: (status: number, atMs: number) => ClientEffect[] } {
  const table = new ClientTransactions()
  const sent = request({ method })
  table.send(
    { startLine: `${method} sip:x@y SIP/2.0`, headers: sent.headers, body: sent.body },
    method,
    BRANCH,
    flow,
    0,
  )
  const respond = (status: number, atMs: number): ClientEffect[] =>
    table.receive(responseTo(serialize(replyTo(sent, status, { toTag: 't' }))), atMs)
  return { table, respond }
}

function run(table: ClientTransactions, endMs: number): { sends: number[]; timeouts: number; gone: number } {
  const result = { sends: [] as number[], timeouts: 0, gone: 0 }
  while (table.nextAtMs() <= endMs) {
    const nowMs = table.nextAtMs()
    for (const effect of table.advance(nowMs)) {
      if (effect.type === 'send') result.sends.push(nowMs)
      else if (effect.type === 'timeout') result.timeouts++
      else if (effect.type === 'gone') result.gone++
    }
  }
  return result
}

describe('requests inside a call', () => {
  it('are repeated over datagrams, ever slower, and fail after 32 s', () => {
    const { table } = begin('BYE')
    const { sends, timeouts } = run(table, 60_000)
    expect(sends.slice(0, 5)).toEqual([500, 1_500, 3_500, 7_500, 11_500])
    expect(timeouts).toBe(1)
  })

  it('are not repeated over streams, but fail all the same', () => {
    const { table } = begin('BYE', TCP)
    expect(run(table, 60_000)).toEqual({ sends: [], timeouts: 1, gone: 0 })
  })

  it('pass one final response and absorb its repeats', () => {
    const { table, respond } = begin('INFO')
    expect(respond(200, 100).map(effect => effect.type)).toEqual(['response'])
    expect(respond(200, 200)).toEqual([])
    expect(run(table, 60_000)).toEqual({ sends: [], timeouts: 0, gone: 1 })
  })

  it('fail at once when their connection breaks', () => {
    const { table } = begin('BYE', TCP)
    expect(table.dropFlow(4)).toEqual([])
    expect(table.dropFlow(3).map(effect => effect.type)).toEqual(['timeout'])
  })
})

describe('INVITE', () => {
  it('is repeated until something is heard', () => {
    const { table, respond } = begin('INVITE')
    expect(run(table, 4_000).sends).toEqual([500, 1_500, 3_500])
    respond(180, 4_000)
    expect(run(table, 60_000).sends).toEqual([])
  })

  it('acknowledges a refusal, and again when that is repeated', () => {
    const { respond } = begin('INVITE')
    const [ack, response] = respond(486, 100)
    expect(response?.type).toBe('response')
    const text = ack?.type === 'send' ? Buffer.from(ack.bytes).toString('latin1') : ''
    expect(text).toMatch(/^ACK sip:x@y SIP\/2\.0\r\n/)
    expect(text).toContain('CSeq: 1 ACK\r\n')
    expect(text).toContain(`branch=${BRANCH}`)
    expect(text).toContain('To: <sip:95598@example.com>;tag=t\r\n')
    expect(respond(486, 200).map(effect => effect.type)).toEqual(['send'])
  })

  it('passes every repeat of a 200, which the call must acknowledge itself', () => {
    const { respond } = begin('INVITE')
    expect(respond(200, 100).map(effect => effect.type)).toEqual(['response'])
    expect(respond(200, 600).map(effect => effect.type)).toEqual(['response'])
  })
})

it('ignores responses to nothing', () => {
  const table = new ClientTransactions()
  expect(table.receive(responseTo(serialize(replyTo(request(), 200))), 0)).toEqual([])
})
