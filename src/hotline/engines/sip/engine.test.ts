// The endpoint as a strict or careless SIP client sees it, over real sockets.
import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HangUp, type Line, type ReleaseCause } from '../../line.ts'
import type { SipEngineSettings } from './engine.ts'
import { listOf } from './message.ts'
import { header, RTP_OFFER, TestClient } from './test-client.ts'
import { QUIET_LOG, startEngine, type TestEngine } from './test-kit.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Heard {
  readonly lines: Line[]
  readonly ends: ReleaseCause[]
  readonly rejections: unknown[]
}

/** An engine whose dialogue does what the test says, then waits for the end of the call. */
async function engineFor(
  talk: (line: Line) => Promise<void>,
  settings: Partial<SipEngineSettings> = {},
): Promise<{ engine: TestEngine; heard: Heard }> {
  const heard: Heard = { lines: [], ends: [], rejections: [] }
  const engine = await startEngine(async line => {
    heard.lines.push(line)
    const over = new Promise<void>(resolve => {
      line.onEnd(cause => {
        heard.ends.push(cause)
        resolve()
      })
    })
    await talk(line).catch(error => heard.rejections.push(error))
    await over
  }, settings)
  closers.push(() => engine.close())
  return { engine, heard }
}

async function clientFor(engine: TestEngine, transport: 'udp' | 'tcp' = 'udp'): Promise<TestClient> {
  const client = transport === 'udp' ? await TestClient.udp(engine.udpPort) : await TestClient.tcp(engine.tcpPort)
  closers.push(() => client.close())
  return client
}

const answer = (line: Line): Promise<void> => line.answer()
const playLong = async (line: Line): Promise<void> => {
  await line.answer()
  await line.play(['t/long']).done
}

describe('a call', () => {
  it.each(['udp', 'tcp'] as const)(
    'is taken, hung up by the caller, and over for whatever waits (%s)',
    async transport => {
      const { engine, heard } = await engineFor(playLong)
      const client = await clientFor(engine, transport)
      const toTag = await client.call()
      await vi.waitFor(() => expect(heard.lines).toHaveLength(1))
      client.request('BYE', { cseq: 2, toTag })
      await client.response('BYE', 200)
      await vi.waitFor(() => expect(heard.ends).toEqual(['caller']))
      expect(heard.rejections).toEqual([expect.any(HangUp)])
      expect(client.responses('INVITE')).toEqual([100, 180, 200])
      expect(engine.activeCalls()).toBe(0)
      const line = heard.lines[0]
      await expect(line?.answer()).rejects.toThrow(HangUp)
      await expect(line?.play(['t/short']).done).rejects.toThrow(HangUp)
    },
  )

  it('is hung up by us along the recorded route, with the route taken from the request', async () => {
    const { engine } = await engineFor(async line => {
      await line.answer()
      line.hangUp()
    })
    const client = await clientFor(engine)
    const routes = [`<sip:127.0.0.1:${client.localPort};lr;hop=1>`, '<sip:198.51.100.1;lr;hop=2>']
    const headers = [`Record-Route: ${routes.join(', ')}`, 'Contact: <sip:me@203.0.113.9:5099>']
    await client.call({ headers })
    const ok = await client.response('INVITE', 200)
    expect(listOf(ok, 'record-route')).toEqual(routes)
    const bye = await client.requestFrom('BYE')
    expect(listOf(bye, 'route')).toEqual(routes)
    expect(bye.uri).toBe('sip:me@203.0.113.9:5099')
  })

  it('waits with its BYE for the ACK', async () => {
    const { engine, heard } = await engineFor(async line => {
      setTimeout(() => line.hangUp(), 50)
      await line.answer()
    })
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9) })
    const ok = await client.response('INVITE', 200)
    await vi.waitFor(() => expect(heard.ends).toEqual(['completed']))
    expect(client.requests('BYE')).toEqual([])
    client.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack' })
    await client.requestFrom('BYE')
    expect(heard.rejections).toEqual([expect.any(HangUp)])
  })

  it('repeats its 200 and, never acknowledged, ends with a BYE', async () => {
    const { engine, heard } = await engineFor(answer, { t1Ms: 10 })
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9) })
    await client.requestFrom('BYE')
    await vi.waitFor(() => expect(heard.ends).toEqual(['network']))
    expect(client.responses('INVITE').filter(status => status === 200).length).toBeGreaterThan(3)
  })

  it('is one call however often its INVITE is repeated', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    for (let i = 0; i < 3; i++) client.request('INVITE', { body: RTP_OFFER(9) })
    client.request('INVITE', { body: RTP_OFFER(9), branch: 'z9hG4bKother-way' })
    await client.response('INVITE', 482)
    await client.response('INVITE', 200)
    expect(heard.lines).toHaveLength(1)
  })

  it('cancelled before the answer is over', async () => {
    const { engine, heard } = await engineFor(line => line.play(['t/long']).done.then(() => undefined))
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9), branch: 'z9hG4bKx' })
    const ringing = await client.response('INVITE', 180)
    client.request('CANCEL', { branch: 'z9hG4bKx' })
    await client.response('CANCEL', 200)
    const refused = await client.response('INVITE', 487)
    expect(refused.toTag).toBe(ringing.toTag)
    client.request('ACK', { branch: 'z9hG4bKx', toTag: refused.toTag })
    await vi.waitFor(() => expect(heard.ends).toEqual(['caller']))
    expect(heard.rejections).toEqual([expect.any(HangUp)])
  })

  it('cancelled too late goes on', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    const toTag = await client.call({ branch: 'z9hG4bKx' })
    client.request('CANCEL', { branch: 'z9hG4bKx' })
    await client.response('CANCEL', 200)
    client.request('OPTIONS', { cseq: 2, toTag })
    await client.response('OPTIONS', 200)
    expect(client.responses('INVITE')).toEqual([100, 180, 200])
    expect(heard.ends).toEqual([])
  })

  it('makes the offer itself when the INVITE has none', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE')
    const ok = await client.response('INVITE', 200)
    expect(Buffer.from(ok.body).toString()).toMatch(/m=audio \d+ RTP\/AVP 8 0 101/)
    client.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack', body: RTP_OFFER(9).replace('AVP 8', 'AVP 0') })
    await vi.waitFor(() => expect(heard.lines[0]?.facts.codec).toBe('PCMU'))
  })

  it('ends when the late answer is of no use', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE')
    const ok = await client.response('INVITE', 200)
    client.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack' })
    await client.requestFrom('BYE')
    await vi.waitFor(() => expect(heard.ends).toEqual(['network']))
  })

  it.each(['INVITE', 'UPDATE'])('can be held and changed by %s', async method => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    const toTag = await client.call()
    client.request(method, { cseq: 2, toTag, body: RTP_OFFER(9, 'a=sendonly') })
    const held = await client.response(method, 200, 2)
    expect(Buffer.from(held.body).toString()).toContain('a=recvonly')
    if (method === 'INVITE') client.request('ACK', { cseq: 2, toTag, branch: 'z9hG4bKack2' })
    client.request(method, { cseq: 3, toTag, body: RTP_OFFER(9).replace('AVP 8', 'AVP 18') })
    await client.response(method, 488, 3)
    client.request(method, { cseq: 4, toTag })
    const again = await client.response(method, 200, 4)
    expect(Buffer.from(again.body).toString().includes('m=audio')).toBe(method === 'INVITE')
  })

  it('refuses a second re-INVITE before the first is acknowledged, and old requests', async () => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    const toTag = await client.call()
    client.request('INVITE', { cseq: 5, toTag, body: RTP_OFFER(9) })
    await client.response('INVITE', 200, 5)
    client.request('INVITE', { cseq: 6, toTag, body: RTP_OFFER(9) })
    await client.response('INVITE', 500, 6)
    client.request('INFO', { cseq: 4, toTag })
    await client.response('INFO', 500, 4)
  })

  it('belongs to its caller: others are told that it does not exist', async () => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    const toTag = await client.call()
    client.request('BYE', { cseq: 2, toTag, fromTag: 'stranger' })
    await client.response('BYE', 481)
    expect(engine.activeCalls()).toBe(1)
  })

  it('without any packet ends, and its caller hears of it', async () => {
    const { engine, heard } = await engineFor(playLong, { rtpTimeoutMs: 100 })
    const client = await clientFor(engine)
    await client.call()
    await client.requestFrom('BYE')
    await vi.waitFor(() => expect(heard.ends).toEqual(['rtpTimeout']))
  })

  it('survives a message that cannot be played', async () => {
    const { engine, heard } = await engineFor(async line => {
      await line.answer()
      await line.play(['t/unknown']).done
    })
    const client = await clientFor(engine)
    await client.call()
    await vi.waitFor(() => expect(String(heard.rejections[0])).toContain('t/unknown'))
    expect(heard.ends).toEqual([])
  })
})

describe('keys by INFO', () => {
  it('are read from both bodies, and anything else is refused', async () => {
    const keys: string[] = []
    const { engine } = await engineFor(async line => {
      line.onKey(key => keys.push(key))
      await line.answer()
    })
    const client = await clientFor(engine)
    const toTag = await client.call()
    let cseq = 1
    const info = async (contentType: string, body: string, status: number): Promise<void> => {
      client.request('INFO', { cseq: ++cseq, toTag, contentType, body })
      await client.response('INFO', status, cseq)
    }
    await info('application/dtmf-relay', 'Signal=5\r\nDuration=160', 200)
    await info('application/dtmf-relay', 'Duration=160\nsignal = # \n', 200)
    await info('application/dtmf', '*', 200)
    await info('application/dtmf', '11', 200)
    await info('application/dtmf-relay', 'Signal=A', 200)
    await info('application/media_control+xml', '<x/>', 415)
    await info('application/dtmf-relay', `Signal=${' '.repeat(5_000)}1`, 415)
    client.request('INFO', { cseq: ++cseq, toTag, headers: ['Info-Package: other'] })
    await client.response('INFO', 469)
    expect(keys).toEqual(['5', '#', '*', '#'])
  })
})

describe('captions', () => {
  it('go in order, one at a time, to a telephone that asked for them', async () => {
    const { engine } = await engineFor(async line => {
      await line.answer()
      for (let i = 0; i < 3; i++) line.caption({ type: 'say', text: `第${i}句` })
      line.caption({ type: 'listen' })
    })
    const client = await clientFor(engine)
    await client.call({ headers: ['Recv-Info: other, dianka-caption'] })
    const texts: string[] = []
    for (let i = 0; i < 4; i++) {
      await vi.waitFor(() => expect(client.requests('INFO')).toHaveLength(i + 1))
      const info = client.requests('INFO')[i]
      if (info === undefined) throw new Error('unreachable')
      expect(header(info, 'info-package')).toBe('dianka-caption')
      texts.push(Buffer.from(info.body).toString())
      client.respond(info, 200)
    }
    expect(texts.map(text => JSON.parse(text))).toEqual([
      { type: 'say', text: '第0句' },
      { type: 'say', text: '第1句' },
      { type: 'say', text: '第2句' },
      { type: 'listen' },
    ])
  })

  it('are kept from others', async () => {
    const { engine } = await engineFor(async line => {
      await line.answer()
      line.caption({ type: 'say', text: 'x' })
      line.hangUp()
    })
    const client = await clientFor(engine)
    await client.call()
    await client.requestFrom('BYE')
    expect(client.requests('INFO')).toEqual([])
  })
})

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
    await vi.waitFor(() => {
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
