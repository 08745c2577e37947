// Calls as a strict or careless SIP client sees them, over real sockets.
import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it } from 'vitest'
import { HangUp, type Line } from '../../line.ts'
import { listOf } from './message.ts'
import { eventually } from './testing/eventually.ts'
import { header, RTP_OFFER } from './testing/test-client.ts'
import { answer, clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'

afterEach(closeAll)

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
      await eventually(() => expect(heard.lines).toHaveLength(1))
      client.request('BYE', { cseq: 2, toTag })
      await client.response('BYE', 200)
      await eventually(() => expect(heard.ends).toEqual(['caller']))
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
    await eventually(() => expect(heard.ends).toEqual(['completed']))
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
    await eventually(() => expect(heard.ends).toEqual(['network']))
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
    await eventually(() => expect(heard.ends).toEqual(['caller']))
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
    await eventually(() => expect(heard.lines[0]?.facts.codec).toBe('PCMU'))
  })

  it('ends when the late answer is of no use', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE')
    const ok = await client.response('INVITE', 200)
    client.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack' })
    await client.requestFrom('BYE')
    await eventually(() => expect(heard.ends).toEqual(['network']))
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

  it('takes a re-INVITE for the ACK that was lost, lets one wait while its own offer is unanswered, refuses old requests', async () => {
    const { engine, heard } = await engineFor(answer, { t1Ms: 20 })
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9) })
    const { toTag } = await client.response('INVITE', 200)
    client.request('INVITE', { cseq: 5, toTag })
    await client.response('INVITE', 200, 5)
    client.request('INVITE', { cseq: 6, toTag, body: RTP_OFFER(9) })
    await client.response('INVITE', 491, 6)
    client.request('ACK', { cseq: 5, toTag, branch: 'z9hG4bKlate', body: RTP_OFFER(9) })
    client.request('INVITE', { cseq: 7, toTag, body: RTP_OFFER(9) })
    await client.response('INVITE', 200, 7)
    client.request('ACK', { cseq: 7, toTag, branch: 'z9hG4bKlast' })
    // Longer than any 200 would have been repeated.
    await new Promise(resolve => setTimeout(resolve, 64 * 20 + 200))
    expect(heard.ends).toEqual([])
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
    await eventually(() => expect(heard.ends).toEqual(['rtpTimeout']))
  })

  it('survives a message that cannot be played', async () => {
    const { engine, heard } = await engineFor(async line => {
      await line.answer()
      await line.play(['t/unknown']).done
    })
    const client = await clientFor(engine)
    await client.call()
    await eventually(() => expect(String(heard.rejections[0])).toContain('t/unknown'))
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
      await eventually(() => expect(client.requests('INFO')).toHaveLength(i + 1))
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
