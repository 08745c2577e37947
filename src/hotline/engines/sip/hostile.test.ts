// A running endpoint under thousands of damaged messages, inside a call and outside, and noise on its media port.
import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { afterEach, expect, it, vi } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { RTP_OFFER } from './testing/test-client.ts'
import { answer, clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'
import { QUIET_LOG } from './testing/test-engine.ts'

afterEach(closeAll)

function seeded(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function damage(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes)
  for (let i = random(4); i >= 0; i--) copy[random(copy.length)] = random(256)
  return random(5) === 0 ? copy.subarray(0, random(copy.length)) : copy
}

it('goes on working', async () => {
  const errors: unknown[] = []
  const log = { ...QUIET_LOG, error: (...what: unknown[]) => errors.push(what) }
  const { engine } = await engineFor(answer, { maxCalls: 10, log })
  const client = await clientFor(engine)
  const toTag = await client.call({ headers: ['Recv-Info: dianka-caption'] })
  const ok = await client.response('INVITE', 200)
  const mediaPort = Number(/m=audio (\d+)/.exec(Buffer.from(ok.body).toString())?.[1])
  const random = seeded(99)
  const noise = createSocket('udp4')
  const methods = ['INVITE', 'UPDATE', 'INFO', 'ACK', 'CANCEL', 'OPTIONS', 'PRACK', 'BYE']
  const messages: Buffer[] = []
  const sent = vi.spyOn(client, 'raw').mockImplementation(bytes => {
    messages.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes))
  })
  for (const [index, method] of methods.entries()) {
    for (const inside of [true, false]) {
      const tag = inside ? { toTag } : {}
      client.request(method, {
        cseq: 10 + index,
        ...tag,
        body: RTP_OFFER(9, 'a=sendonly', 'a=rtpmap:96 telephone-event/8000'),
      })
      client.request(method, {
        cseq: 20 + index,
        ...tag,
        contentType: 'application/dtmf-relay',
        body: 'Signal=5\r\nDuration=100',
      })
    }
  }
  sent.mockRestore()
  for (let round = 0; round < 4_000; round++) {
    client.raw(damage(messages[random(messages.length)] ?? Buffer.alloc(0), random))
    noise.send(damage(Buffer.alloc(172, 0x80), random), mediaPort, '127.0.0.1')
    if (round % 40 === 0) await new Promise(resolve => setTimeout(resolve, 5))
  }
  noise.close()
  const other = await clientFor(engine)
  await eventually(() => {
    other.request('OPTIONS')
    expect(other.responses('OPTIONS')).toContain(200)
  })
  expect(errors).toEqual([])
})
