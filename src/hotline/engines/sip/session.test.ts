// Ringing that is acknowledged, sessions that expire or are refreshed, offers that cross, and prompts that go on through all that.
import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Line } from '../../line.ts'
import { eventually } from './testing/eventually.ts'
import { header, RTP_OFFER, type TestClient } from './testing/test-client.ts'
import { answer, clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
})

const REQUIRED = ['Require: 100rel', 'Supported: 100rel']

function prack(client: TestClient, toTag: string, rack = '1 1 INVITE', cseq = 2, body = ''): void {
  client.request('PRACK', { cseq, toTag, headers: [`RAck: ${rack}`], body })
}

/** An engine that answers when the test says so. */
async function patient(settings = {}) {
  let pick = (): void => undefined
  const picked = new Promise<void>(resolve => {
    pick = resolve
  })
  const made = await engineFor(async (line: Line) => {
    await picked
    await line.answer()
  }, settings)
  return { ...made, pick: () => pick() }
}

describe('ringing', () => {
  it.each([
    ['required', REQUIRED],
    ['offered', ['Supported: 100rel, timer']],
  ])('is repeated until its PRACK where that is %s', async (_, headers) => {
    const { engine, pick } = await patient({ t1Ms: 20 })
    const client = await clientFor(engine)
    client.request('INVITE', { headers, body: RTP_OFFER(9) })
    const ringing = await client.response('INVITE', 180)
    expect(header(ringing, 'require')).toBe('100rel')
    await eventually(() =>
      expect(client.responses('INVITE').filter(status => status === 180).length).toBeGreaterThan(2),
    )
    prack(client, ringing.toTag, '9 1 INVITE', 2)
    await client.response('PRACK', 481, 2)
    prack(client, ringing.toTag, '1 1 INVITE', 3)
    await client.response('PRACK', 200, 3)
    const heard = client.responses('INVITE').length
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(client.responses('INVITE')).toHaveLength(heard)
    pick()
    await client.response('INVITE', 200)
  })

  it('never acknowledged ends the call', async () => {
    const { engine, heard } = await patient({ t1Ms: 5 })
    const client = await clientFor(engine, 'tcp')
    client.request('INVITE', { headers: REQUIRED, body: RTP_OFFER(9) })
    await client.response('INVITE', 504)
    await eventually(() => expect(heard.ends).toEqual(['network']))
  })

  it('may be acknowledged after the answer', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE', { headers: REQUIRED, body: RTP_OFFER(9) })
    const { toTag } = await client.response('INVITE', 200)
    client.request('ACK', { toTag, branch: 'z9hG4bKack' })
    prack(client, toTag)
    await client.response('PRACK', 200)
    client.request('BYE', { cseq: 3, toTag })
    await eventually(() => expect(heard.ends).toEqual(['caller']))
  })

  it('brings our offer to an INVITE without one, and the answer waits for the PRACK', async () => {
    const { engine, heard } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE', { headers: REQUIRED })
    const ringing = await client.response('INVITE', 180)
    expect(Buffer.from(ringing.body).toString()).toContain('m=audio')
    await eventually(() => expect(heard.lines).toHaveLength(1))
    expect(client.responses('INVITE')).not.toContain(200)
    prack(client, ringing.toTag, '1 1 INVITE', 2, RTP_OFFER(9))
    await client.response('PRACK', 200)
    const ok = await client.response('INVITE', 200)
    expect(ok.body).toHaveLength(0)
    client.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack' })
    client.request('UPDATE', { cseq: 3, toTag: ok.toTag, body: RTP_OFFER(9, 'a=sendonly') })
    expect(Buffer.from((await client.response('UPDATE', 200)).body).toString()).toContain('a=recvonly')
  })

  it('lets the far end change its mind only once its own offer is answered', async () => {
    const { engine, pick } = await patient()
    const client = await clientFor(engine)
    client.request('INVITE', { body: RTP_OFFER(9) })
    const { toTag } = await client.response('INVITE', 180)
    client.request('UPDATE', { cseq: 2, toTag, body: RTP_OFFER(11) })
    expect(header(await client.response('UPDATE', 500), 'retry-after')).not.toBe('')
    client.request('UPDATE', { cseq: 3, toTag })
    await client.response('UPDATE', 200, 3)
    pick()
    await client.response('INVITE', 200)
  })

  it('is cancelled, although it was acknowledged', async () => {
    const { engine, heard } = await patient()
    const client = await clientFor(engine)
    client.request('INVITE', { headers: REQUIRED, body: RTP_OFFER(9) })
    const { toTag } = await client.response('INVITE', 180)
    prack(client, toTag)
    await client.response('PRACK', 200)
    client.request('CANCEL', { branch: 'z9hG4bKINVITE1' })
    await client.response('INVITE', 487)
    await eventually(() => expect(heard.ends).toEqual(['caller']))
  })
})

describe('a session', () => {
  const timed = (seconds: string, ...more: string[]): string[] => [`Session-Expires: ${seconds}`, ...more]

  it('too short is refused, at the beginning and later', async () => {
    const { engine } = await engineFor(answer)
    const client = await clientFor(engine)
    client.request('INVITE', { headers: timed('60', 'Supported: timer'), body: RTP_OFFER(9) })
    expect(header(await client.response('INVITE', 422), 'min-se')).toBe('90')
    client.request('INVITE', { cseq: 2, headers: timed('90', 'Supported: timer'), body: RTP_OFFER(9) })
    const ok = await client.response('INVITE', 200)
    expect(header(ok, 'session-expires')).toBe('90;refresher=uac')
    expect(header(ok, 'require')).toBe('timer')
    client.request('ACK', { cseq: 2, toTag: ok.toTag, branch: 'z9hG4bKack' })
    client.request('UPDATE', { cseq: 3, toTag: ok.toTag, headers: timed('89;refresher=uac', 'Supported: timer') })
    await client.response('UPDATE', 422)
  })

  it('that the far end should refresh and does not is expired', async () => {
    const { engine, heard } = await engineFor(answer, { minSessionS: 1 })
    const client = await clientFor(engine)
    const headers = timed('1;refresher=uac', 'Supported: timer')
    const toTag = await client.call({ headers })
    client.request('UPDATE', { cseq: 2, toTag, headers })
    expect(header(await client.response('UPDATE', 200), 'session-expires')).toBe('1;refresher=uac')
    await client.requestFrom('BYE')
    await eventually(() => expect(heard.ends).toEqual(['sessionExpired']))
  })

  it('is refreshed by us, by UPDATE where that is known', async () => {
    const { engine, heard } = await engineFor(answer, { minSessionS: 1 })
    const client = await clientFor(engine)
    const agreed = 'Session-Expires: 1;refresher=uac'
    await client.call({ headers: timed('1;refresher=uas', 'Supported: timer', 'Allow: INVITE, UPDATE') })
    for (let round = 1; round <= 3; round++) {
      await eventually(() => expect(client.requests('UPDATE')).toHaveLength(round))
      const update = client.requests('UPDATE')[round - 1]
      if (update === undefined) throw new Error('unreachable')
      expect(header(update, 'session-expires')).toBe('1;refresher=uac')
      expect(update.body).toHaveLength(0)
      client.respond(update, 200, [agreed, `Contact: <sip:me@127.0.0.1:${client.localPort}>`])
    }
    expect(heard.ends).toEqual([])
  })

  it('is refreshed by a re-INVITE otherwise, which changes nothing and gives way', async () => {
    const { engine, heard } = await engineFor(answer, { minSessionS: 1 })
    const client = await clientFor(engine)
    const toTag = await client.call({ headers: timed('2') })
    const ok = await client.response('INVITE', 200)
    const refresh = await client.requestFrom('INVITE')
    expect(Buffer.from(refresh.body).equals(Buffer.from(ok.body))).toBe(true)
    client.request('INVITE', { cseq: 2, toTag, body: RTP_OFFER(9) })
    await client.response('INVITE', 491, 2)
    client.request('ACK', { cseq: 2, toTag, branch: 'z9hG4bKINVITE2' })
    vi.spyOn(Math, 'random').mockReturnValue(0.01)
    client.respond(refresh, 491)
    const cseqs = (): number[] => client.requests('INVITE').map(({ cseq }) => cseq)
    await eventually(() => expect(cseqs()).toContain(refresh.cseq + 1))
    const again = client.requests('INVITE').find(({ cseq }) => cseq > refresh.cseq)
    if (again === undefined) throw new Error('unreachable')
    const contact = `Contact: <sip:me@127.0.0.1:${client.localPort}>`
    for (let i = 0; i < 2; i++) client.respond(again, 200, [contact])
    await eventually(() => expect(client.requests('ACK').filter(({ cseq }) => cseq === again.cseq)).toHaveLength(2))
    expect(heard.ends).toEqual([])
  })

  it.each([
    ['is not known there any more', 481, 'network'],
    ['is refused for another reason until it expires', 403, 'sessionExpired'],
  ])('that %s is over', async (_, status, cause) => {
    const { engine, heard } = await engineFor(answer, { minSessionS: 1 })
    const client = await clientFor(engine)
    await client.call({ headers: timed('1;refresher=uas', 'Supported: timer', 'Allow: UPDATE') })
    client.respond(await client.requestFrom('UPDATE'), status)
    await eventually(() => expect(heard.ends).toEqual([cause]))
  })
})

describe('a prompt', () => {
  it('goes on through hold, a new address and back, to wherever the caller is', async () => {
    const ends: string[] = []
    const { engine } = await engineFor(async line => {
      await line.answer()
      ends.push(await line.play(['t/short', 't/short', 't/short', 't/short']).done)
    })
    const client = await clientFor(engine)
    const phones = [createSocket('udp4'), createSocket('udp4')]
    const heard = [0, 0]
    for (const [index, phone] of phones.entries()) {
      phone.on('message', () => {
        heard[index] = (heard[index] ?? 0) + 1
      })
      phone.bind(0, '127.0.0.1')
      await once(phone, 'listening')
    }
    const [here = 0, there = 0] = phones.map(phone => phone.address().port)
    const toTag = await client.call({ body: RTP_OFFER(here) })
    await eventually(() => expect(heard[0]).toBeGreaterThan(2))
    client.request('INVITE', {
      cseq: 2,
      toTag,
      body: RTP_OFFER(here).replace('IN IP4 127.0.0.1\r\nt', 'IN IP4 0.0.0.0\r\nt'),
    })
    await client.response('INVITE', 200, 2)
    client.request('ACK', { cseq: 2, toTag, branch: 'z9hG4bKack2' })
    client.request('INVITE', {
      cseq: 3,
      toTag,
      body: RTP_OFFER(there, 'a=rtpmap:0 PCMU/8000').replace('AVP 8', 'AVP 0'),
    })
    await client.response('INVITE', 200, 3)
    client.request('ACK', { cseq: 3, toTag, branch: 'z9hG4bKack3' })
    await eventually(() => expect(heard[1]).toBeGreaterThan(2))
    await eventually(() => expect(ends).toEqual(['ended']))
    for (const phone of phones) phone.close()
  })
})
