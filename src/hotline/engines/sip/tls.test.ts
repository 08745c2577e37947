// Calls over TLS: the same calls, by connections that are used again, and nothing secured by an unsecured way.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { testCertificate, testKey } from '../../../mis/connectors/test-certificate.ts'
import { placeCall } from '../../phone/place-call.ts'
import type { SipEngineSettings } from './engine.ts'
import { eventually } from './testing/eventually.ts'
import { header, RTP_OFFER } from './testing/test-client.ts'
import { answer, clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'

afterEach(closeAll)

const tls: Partial<SipEngineSettings> = { tls: { port: 0, cert: testCertificate, key: testKey, ca: testCertificate } }

describe('over TLS', () => {
  it('a call is taken, and hung up by us over the connection it came by', async () => {
    const { engine, heard } = await engineFor(async line => {
      await line.answer()
      line.hangUp()
    }, tls)
    const client = await clientFor(engine, 'tls')
    await client.call()
    const ok = await client.response('INVITE', 200)
    expect(header(ok, 'contact')).toBe(`<sip:127.0.0.1:${engine.tlsPort};transport=tls>`)
    const bye = await client.requestFrom('BYE')
    expect(bye.via.transport).toBe('TLS')
    await eventually(() => expect(heard.ends).toEqual(['completed']))
  })

  it('a secured address is answered by one, and not reached by other ways', async () => {
    const { engine } = await engineFor(answer, tls)
    const client = await clientFor(engine, 'tls')
    client.request('INVITE', { uri: 'sips:95598@127.0.0.1', body: RTP_OFFER(9) })
    expect(header(await client.response('INVITE', 200), 'contact')).toBe(`<sips:127.0.0.1:${engine.tlsPort}>`)
    const plain = await clientFor(engine, 'udp')
    plain.request('INVITE', { uri: 'sips:95598@127.0.0.1', body: RTP_OFFER(9) })
    await plain.response('INVITE', 416)
  })

  it('our own telephone calls, when it trusts the certificate', async () => {
    const keys: string[] = []
    const { engine } = await engineFor(async line => {
      line.onKey(key => keys.push(key))
      await line.answer()
      line.caption({ type: 'listen' })
    }, tls)
    const target = `sip:95598@127.0.0.1:${engine.tlsPort}`
    const call = { target, transport: 'tls', keys: '12', keyMode: 'info', lingerMs: 100 } as const
    expect(await placeCall({ ...call, tlsCa: testCertificate })).toMatchObject({ answered: true })
    expect(keys).toEqual(['1', '2'])
    expect(await placeCall(call)).toMatchObject({ answered: false, cause: 'unanswered' })
  })

  it('who speaks no TLS is cut off, and others go on', async () => {
    const { engine } = await engineFor(answer, tls)
    const rude = connect(engine.tlsPort, '127.0.0.1')
    rude.on('error', () => undefined)
    await once(rude, 'connect')
    rude.write('OPTIONS sip:x SIP/2.0\r\n\r\n'.repeat(20))
    rude.resume()
    await once(rude, 'close')
    const client = await clientFor(engine, 'tls')
    await client.call()
  })

  it('a new certificate is shown to new connections', async () => {
    const { engine } = await engineFor(answer, tls)
    const client = await clientFor(engine, 'tls')
    expect(() => engine.renew({ cert: testCertificate, key: testKey })).not.toThrow()
    const again = connectTls({ host: '127.0.0.1', port: engine.tlsPort, ca: testCertificate })
    await once(again, 'secureConnect')
    expect(again.authorized).toBe(true)
    again.destroy()
    await client.call()
  })
})

describe('of both families of addresses', () => {
  it('a caller is told the address of their own', async () => {
    const { engine } = await engineFor(answer, { ...tls, bind: '::', publicAddress: '::1' })
    for (const transport of ['udp', 'tcp', 'tls'] as const) {
      const client = await clientFor(engine, transport)
      await client.call()
      const ok = await client.response('INVITE', 200)
      expect(header(ok, 'contact')).toMatch(/^<sip:127\.0\.0\.1:/)
      expect(Buffer.from(ok.body).toString()).toContain('c=IN IP4 127.0.0.1')
    }
    const report = await placeCall({ target: `sip:95598@[::1]:${engine.udpPort}`, keys: '', lingerMs: 200 })
    expect(report).toMatchObject({ answered: true })
    expect(report.packetsReceived).toBeGreaterThan(0)
  })
})
