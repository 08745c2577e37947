// What the endpoint does not take: requests that are no call, calls it cannot serve, garbage; and how it starts and stops.
import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { header, RTP_OFFER } from './testing/test-client.ts'
import { answer, clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'
import { QUIET_LOG, startEngine } from './testing/test-engine.ts'

afterEach(closeAll)

describe('what is no call', () => {
  it.each([
    ['OPTIONS', 200],
    ['REGISTER', 405],
    ['PUBLISH', 405],
    ['WHATEVER', 405],
    ['BYE', 481],
    ['CANCEL', 481],
  ])('%s is answered %d', async (method, status) => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request(method)
    const response = await client.response(method, status)
    if (status === 405 || status === 200) expect(header(response, 'allow')).toContain('INVITE')
  })

  it.each([
    ['no common codec', 488, { body: RTP_OFFER(9).replace('AVP 8', 'AVP 18') }],
    ['malformed SDP', 488, { body: 'v=0\r\nm=\r\n\x00\xff' }],
    ['another body', 415, { body: 'x', contentType: 'text/plain' }],
    ['an unknown extension', 420, { body: RTP_OFFER(9), headers: ['Require: 100rel, x'] }],
    ['a useless Contact', 400, { body: RTP_OFFER(9), headers: ['Contact: *'] }],
    ['a useless Record-Route', 400, { body: RTP_OFFER(9), headers: ['Record-Route: <sip:h:99999;lr>'] }],
  ])('an INVITE with %s is answered %d', async (_, status, options) => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE', options)
    await client.response('INVITE', status)
    expect(heard.lines).toEqual([])
  })

  it('garbage is answered rarely, and does not keep others out', async () => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    for (let i = 0; i < 300; i++) client.request('OPTIONS', { headers: ['no colon here'], branch: `z9hG4bK${i}` })
    for (let i = 0; i < 300; i++) client.raw(Buffer.alloc(200, i))
    const other = await clientFor(engine)
    // The socket's own queue may have been full for a moment.
    await eventually(() => {
      other.request('OPTIONS')
      expect(other.responses('OPTIONS')).toContain(200)
    })
    expect(client.responses('OPTIONS').length).toBeGreaterThan(0)
    expect(client.responses('OPTIONS').length).toBeLessThan(40)
  })

  it('a stream of garbage is closed', async () => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine, 'tcp')
    const closed = client.closed()
    client.raw('x'.repeat(70_000))
    await closed
  })
})

describe('when full', () => {
  it('the caller hears busy', async () => {
    const { engine } = await engineFor(answer, { maxCalls: 1 })
    const first = await clientFor(engine)
    const toTag = await first.call()
    const second = await clientFor(engine)
    second.request('INVITE', { body: RTP_OFFER(9) })
    await second.response('INVITE', 486)
    first.request('BYE', { cseq: 2, toTag })
    await first.response('BYE', 200)
    second.request('INVITE', { cseq: 2, body: RTP_OFFER(9) })
    await second.response('INVITE', 200, 2)
  })

  it('or sent elsewhere, by setting; both are told when to try again', async () => {
    for (const [way, status] of [
      ['busy', 486],
      ['unavailable', 503],
    ] as const) {
      const { engine } = await engineFor(answer, { maxCalls: 1, busy: { way, retryAfterS: 7, clips: [] } })
      const first = await clientFor(engine)
      await first.call()
      const second = await clientFor(engine)
      second.request('INVITE', { body: RTP_OFFER(9) })
      expect(header(await second.response('INVITE', status), 'retry-after')).toBe('7')
    }
  })

  it('or hears an apology on a line of its own, by setting; there are so many of those', async () => {
    const busy = { way: 'apology', retryAfterS: 7, clips: ['t/short'] } as const
    const { engine, heard } = await engineFor(answer, { maxCalls: 1, busy })
    const first = await clientFor(engine)
    const toTag = await first.call()
    const others = []
    for (let i = 0; i < 3; i++) others.push(await clientFor(engine))
    for (const other of others) other.request('INVITE', { body: RTP_OFFER(9) })
    await others[2]?.response('INVITE', 486)
    for (const other of others.slice(0, 2)) {
      const { toTag } = await other.response('INVITE', 200)
      other.request('ACK', { toTag, branch: 'z9hG4bKack' })
    }
    for (const other of others.slice(0, 2)) await other.requestFrom('BYE')
    expect(heard.lines).toHaveLength(1)
    expect(heard.ends).toEqual([])
    first.request('BYE', { cseq: 2, toTag })
    await first.response('BYE', 200)
    others[0]?.request('INVITE', { cseq: 3, body: RTP_OFFER(9) })
    await others[0]?.response('INVITE', 200, 3)
    await eventually(() => expect(heard.lines).toHaveLength(2))
  })

  it('of calls from one address, only that address is sent away, and its repeats are no calls', async () => {
    const { engine, heard } = await engineFor(answer, { callsPerSource: 1 })
    const client = await clientFor(engine)
    for (let i = 0; i < 5; i++) client.request('INVITE', { body: RTP_OFFER(9) })
    await client.response('INVITE', 200)
    expect(client.responses('INVITE')).not.toContain(503)
    for (let cseq = 2; cseq < 20; cseq++) client.request('INVITE', { cseq, body: RTP_OFFER(9) })
    expect(header(await client.response('INVITE', 503), 'retry-after')).not.toBe('')
    expect(heard.lines.length).toBeLessThan(10)
    expect(heard.ends).toEqual([])
  })

  it('of media ports, the caller is sent elsewhere', async () => {
    const logged: string[] = []
    const log = { ...QUIET_LOG, error: (_: object, message: string) => logged.push(message) }
    const { engine } = await engineFor(answer, { rtpPorts: { first: 1, last: 1 }, log })
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9) })
    expect(header(await client.response('INVITE', 503), 'retry-after')).not.toBe('')
    expect(logged).toEqual(['no RTP port for a call'])
  })

  it('or about to stop, the caller is sent elsewhere and calls in progress go on', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    const toTag = await client.call()
    const stopping = engine.stop(10_000)
    const second = await clientFor(engine)
    second.request('INVITE', { body: RTP_OFFER(9) })
    await second.response('INVITE', 503)
    client.request('BYE', { cseq: 2, toTag })
    await client.response('BYE', 200)
    await stopping
    expect(heard.ends).toEqual(['caller'])
  })
})

describe('start and stop', () => {
  it('rejects a port in use by its number', async () => {
    const { engine } = await engineFor(answer)
    await expect(startEngine(async () => undefined, { port: engine.udpPort })).rejects.toThrow(
      `SIP port ${engine.udpPort}`,
    )
  })

  it('ends the calls that outlast the grace', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    await client.call()
    const stopping = engine.stop(50)
    await client.requestFrom('BYE')
    await stopping
    expect(heard.ends).toEqual(['shutdown'])
  })
})
