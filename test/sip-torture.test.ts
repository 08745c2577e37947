// The torture messages of RFC 4475 and RFC 5118 against the embedded endpoint: over datagrams and over a stream, as they are and
// aimed at the hotline's number. Every answer is one the table allows, and the endpoint is unmoved afterwards.

import type { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, clientFor, closeAll, engineFor } from '../src/hotline/engines/sip/testing/test-endpoint.ts'
import type { TestEngine } from '../src/hotline/engines/sip/testing/test-engine.ts'
import { headersOf, type Reading } from './sip-torture/reading.ts'
import { openSender } from './sip-torture/sender.ts'
import { aimed, type Row, readTable, tableOf } from './sip-torture/table.ts'

const folder = fileURLToPath(new URL('sip-torture', import.meta.url))
const number = '95598'

let engine: TestEngine
let ends: readonly string[]
/** A fresh one for each round, or a message would be taken for a repeat of the same one before. */
async function start(): Promise<void> {
  const made = await engineFor(answer, { maxCalls: 200 })
  engine = made.engine
  ends = made.heard.ends
}

describe.each(['rfc4475', 'rfc5118'])('%s', name => {
  const rows = readTable(join(folder, name))
  it('has its messages', () => expect(rows).toHaveLength(name === 'rfc4475' ? 49 : 12))

  describe.each([
    { transport: 'udp', aim: false },
    { transport: 'udp', aim: true },
    { transport: 'tcp', aim: false },
    { transport: 'tcp', aim: true },
  ] as const)('over $transport, aimed at the hotline: $aim', ({ transport, aim }) => {
    beforeAll(start)
    afterAll(closeAll)

    it.each(rows.filter(row => !aim || row.aimed !== null))('$file ($why)', async row => {
      const bytes = readFileSync(join(folder, name, row.file))
      if (aim) await plays(aimed(bytes, `sip:${number}@127.0.0.1`), tableOf(row, transport), row, transport)
      else await plays(bytes, row[transport], row, transport)
    })

    it('and the endpoint takes a call as before', async () => {
      const client = await clientFor(engine, transport)
      const toTag = await client.call()
      client.request('BYE', { cseq: 2, toTag })
      await client.response('BYE', 200)
      await expect.poll(() => engine.activeCalls(), { timeout: 15_000 }).toBe(0)
      expect(ends).not.toContain('network')
    })
  })
})

async function plays(bytes: Buffer, allowed: ReadonlySet<string>, row: Row, transport: 'udp' | 'tcp'): Promise<void> {
  const sender = await openSender(engine, transport, bytes)
  try {
    const outcome = await sender.play(bytes, allowed.has('silence'))
    const word = typeof outcome === 'string' ? outcome : String(outcome.status)
    expect([...allowed, ...(word.startsWith('2') && allowed.has('2xx') ? [word] : [])]).toContain(word)
    if (typeof outcome !== 'string')
      check(headersOf(bytes), outcome, row, transport === 'udp' ? sender.callIds() : null)
    if (typeof outcome !== 'string' && outcome.method === 'INVITE') await sender.finish(outcome)
  } finally {
    sender.close()
  }
}

/** What the answer must say beside its status. */
function check(sent: Reading, got: Reading, { checks }: Row, callIds: string[] | null): void {
  if (checks.has('allow') && got.status === 405) expect(got.header('allow')).toContain('INVITE')
  if (checks.has('accept') && got.status === 415) expect(got.header('accept')).toContain('application/sdp')
  if (checks.has('unsupported') && got.status === 420) expect(got.list('unsupported')).toEqual(sent.list('require'))
  // On a stream the second request is one of its own.
  if (checks.has('first') && callIds !== null) expect(new Set(callIds)).toEqual(new Set([sent.header('call-id')]))
  if (!checks.has('echo')) return
  expect(got.list('via').slice(1)).toEqual(sent.list('via').slice(1))
  expect(got.branch()).toBe(sent.branch())
  expect(got.header('call-id')).toBe(sent.header('call-id'))
  expect(got.header('cseq')).toBe(sent.header('cseq'))
  expect(got.tag('from')).toBe(sent.tag('from'))
  if (sent.tag('to') === null) expect(got.tag('to')).not.toBeNull()
  else expect(got.tag('to')).toBe(sent.tag('to'))
}
