// What the HTTP connector makes of peers that do not behave: refused, silent, broken, endless, or somewhere else.

import * as http from 'node:http'
import * as https from 'node:https'
import * as net from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { ConnectorSettings, FrozenPosting } from '../connector.ts'
import { instantOf } from '../wire/time.ts'
import { connect } from './http-bench.ts'
import { testCertificate, testKey } from './test-certificate.ts'

const posting: FrozenPosting = {
  ...{ transactionSerial: '410123202601050000000042', accountNo: '4101000001', amountFen: 5_000, acctDate: '20260105' },
  ...{ cardTail: '0042', channelKind: 'voice' },
}
const misDown = { class: 'refused', reason: 'misDown', stage: 'notSent' }
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

/** Listens on a free port and counts the bytes that came. */
async function peer(onSocket: (socket: net.Socket) => void, server: net.Server = net.createServer()) {
  const seen = { bytes: 0, connections: 0 }
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    seen.connections += 1
    sockets.add(socket)
    socket.on('data', chunk => {
      seen.bytes += chunk.length
    })
    socket.on('error', () => {})
    onSocket(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, seen, server }
}

function post(
  url: string,
  changes: Partial<ConnectorSettings> = {},
  call: { timeoutMs?: number; sendBefore?: number } = {},
) {
  const billing = connect(url, [], { connectTimeoutMs: 300, ...changes })
  cleanUps.push(() => billing.close())
  return billing.postRecharge(posting, instantOf(Date.now() + 60_000), { timeoutMs: 600, ...call })
}

describe('nothing was written', () => {
  test('the connection is refused', async () => {
    const { port, server } = await peer(() => {})
    await new Promise(resolve => server.close(resolve))
    expect(await post(`http://127.0.0.1:${port}`)).toMatchObject(misDown)
  })

  test('the name does not resolve', async () => {
    expect(await post('http://no-such-host.invalid')).toMatchObject(misDown)
  })

  test('TLS is never agreed on', async () => {
    const { port } = await peer(() => {})
    expect(await post(`https://127.0.0.1:${port}`, {}, { timeoutMs: 500 })).toMatchObject(misDown)
  })

  test('the certificate is nobody’s we trust', async () => {
    let requests = 0
    const server = https.createServer({ key: testKey, cert: testCertificate }, (_, response) => {
      requests += 1
      response.end()
    })
    const { port } = await peer(() => {}, server)
    expect(await post(`https://127.0.0.1:${port}`)).toMatchObject(misDown)
    expect(requests).toBe(0)
    // The same peer, trusted: the message arrives, and an empty answer is no answer.
    const trusted = await post(`https://127.0.0.1:${port}`, { tls: { ca: testCertificate } }, { timeoutMs: 3_000 })
    expect(trusted).toMatchObject({ class: 'unknown' })
    expect(requests).toBe(1)
  })

  test('the last moment to send has passed', async () => {
    const { port, seen } = await peer(() => {})
    expect(await post(`http://127.0.0.1:${port}`, {}, { sendBefore: Date.now() - 1 })).toMatchObject(misDown)
    expect(seen.bytes).toBe(0)
  })
})

describe('the message may have arrived', () => {
  test('accepted and never answered', async () => {
    const { port, seen } = await peer(() => {})
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ class: 'unknown', cause: 'timeout' })
    expect(seen.bytes).toBeGreaterThan(500)
  })

  test('accepted and closed at once', async () => {
    const { port } = await peer(socket => socket.end())
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ class: 'unknown', cause: 'broken' })
  })

  test('a kept connection that dies under the second message', async () => {
    let answered = 0
    const server = http.createServer((request, response) => {
      answered += 1
      if (answered === 1) response.end('{}')
      else request.socket.resetAndDestroy()
    })
    const { port, seen } = await peer(() => {}, server)
    const billing = connect(`http://127.0.0.1:${port}`)
    cleanUps.push(() => billing.close())
    const call = () => billing.postRecharge(posting, instantOf(Date.now() + 60_000), { timeoutMs: 1_000 })
    expect(await call()).toEqual({ class: 'unknown', cause: 'badMac' })
    expect(await call()).toEqual({ class: 'unknown', cause: 'broken' })
    expect(seen.connections).toBe(1)
  })

  test('half of an answer, then the end', async () => {
    const { port } = await peer(socket => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"respCode":'))
    })
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ class: 'unknown', cause: 'broken' })
  })

  test('an answer that is no HTTP', async () => {
    const { port } = await peer(socket => socket.once('data', () => socket.write('0000000128hello')))
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ class: 'unknown', cause: 'broken' })
  })

  test('an answer without end is given up', async () => {
    const server = http.createServer((request, response) => {
      request.resume()
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    const { port } = await peer(() => {}, server)
    const result = await post(`http://127.0.0.1:${port}`, {}, { timeoutMs: 5_000 })
    expect(result).toEqual({ class: 'unknown', cause: 'badFormat' })
  })

  test('a redirect is not followed', async () => {
    const other = await peer(() => {})
    const server = http.createServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end()
    })
    const { port } = await peer(() => {}, server)
    expect(await post(`http://127.0.0.1:${port}`)).toMatchObject({ class: 'unknown' })
    expect(other.seen.connections).toBe(0)
  })
})

describe('reads and the circuit', () => {
  test('a silent read is asked once more while patience lasts, a posting never', async () => {
    const { port, seen } = await peer(() => {})
    const billing = connect(`http://127.0.0.1:${port}`)
    cleanUps.push(() => billing.close())
    const patience = { totalMs: 1_000, retryFloorMs: 300 }
    expect(await billing.findAccount('4101000001', { timeoutMs: 200, patience })).toMatchObject({ class: 'unknown' })
    expect(seen.connections).toBe(2)
    await billing.findAccount('4101000001', { timeoutMs: 200, patience: { totalMs: 400, retryFloorMs: 300 } })
    expect(seen.connections).toBe(3)
    await billing.postRecharge(posting, instantOf(Date.now() + 60_000), { timeoutMs: 200, patience })
    expect(seen.connections).toBe(4)
  })

  test('after five failures nothing is sent until a heartbeat gets through', async () => {
    let now = Date.now()
    const { port, seen } = await peer(socket => socket.once('data', () => socket.resetAndDestroy()))
    const settings = { now: () => now, breaker: { failures: 5, windowMs: 30_000, probeAfterMs: 10_000 } }
    const billing = connect(`http://127.0.0.1:${port}`, [], settings)
    cleanUps.push(() => billing.close())
    const query = () => billing.queryPosting(posting, { timeoutMs: 500 })
    for (let failure = 0; failure < 5; failure += 1) expect(await query()).toMatchObject({ class: 'unknown' })
    expect(await query()).toMatchObject({ ...misDown, text: 'the circuit is open' })
    expect(seen.connections).toBe(5)
    now += 10_000
    expect(await query()).toMatchObject({ ...misDown, text: 'the circuit is open' })
    expect(seen.connections).toBe(6)
  })
})
