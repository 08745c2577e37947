// Sends one torture message to an endpoint and tells what came of it: the final answer, a closed connection, or silence.
//
// An endpoint answers a datagram without `rport` at the port its Via names (5060 without one), so each sender has a loopback
// address of its own and sends from that port.

import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { headersOf, type Reading } from './reading.ts'

export type Outcome = Reading | 'close' | 'silence'

export interface Sender {
  /** Waits for a final answer or the close; where silence is allowed no longer than others are answered meanwhile. */
  play(message: Buffer, silenceAllowed: boolean): Promise<Outcome>
  /** Acknowledges the answer to an INVITE, and hangs up when it was taken. */
  finish(answered: Reading): Promise<void>
  /** Of everything that came. */
  callIds(): string[]
  close(): void
}

interface Wire {
  send(bytes: Buffer): void
  close(): void
}

const PINGS = 5
const PATIENCE_MS = 15_000
let lastAddress = 0

export async function openSender(
  endpoint: { udpPort: number; tcpPort: number },
  transport: 'udp' | 'tcp',
  message: Buffer,
): Promise<Sender> {
  const came: Reading[] = []
  const address = `127.77.${(process.pid + (lastAddress >> 8)) % 250}.${(lastAddress++ % 250) + 2}`
  const port = Number(
    /:\s*(\d+)\s*$/.exec((headersOf(message).list('via')[0] ?? '').split(/;|$/, 1)[0] ?? '')?.[1] ?? 5_060,
  )
  let isClosed = false
  const onClose = (): void => {
    isClosed = true
  }
  const take = (bytes: Buffer): void =>
    void came.push(
      ...bytes
        .toString('latin1')
        .split(/(?=^SIP\/2\.0 )/m)
        .map(text => headersOf(Buffer.from(text, 'latin1'))),
    )
  const wire = await (transport === 'udp'
    ? datagrams(endpoint.udpPort, address, port, take)
    : stream(endpoint.tcpPort, take, onClose))
  const pinger = await datagrams(endpoint.udpPort, address, 5_099, () => pinger.pongs++)
  const finals = (): Reading[] => came.filter(({ status }) => status >= 200)

  async function ping(): Promise<void> {
    const before = pinger.pongs
    for (let tries = 0; pinger.pongs === before && tries < 100; tries++) {
      pinger.send(pingRequest(address, `${lastAddress}-${before}-${tries}`))
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }

  return {
    async play(bytes, silenceAllowed) {
      wire.send(bytes)
      const untilMs = performance.now() + PATIENCE_MS
      for (let pings = 0; performance.now() < untilMs; pings++) {
        await ping()
        const [final] = finals()
        if (final !== undefined) return final
        if (isClosed) return 'close'
        if (silenceAllowed && pings >= PINGS && came.length === 0) return 'silence'
      }
      return 'silence'
    },
    async finish(answered) {
      wire.send(inDialog(answered, 'ACK', 0, address, port, transport))
      if (answered.status >= 300) return
      wire.send(inDialog(answered, 'BYE', 1, address, port, transport))
      const untilMs = performance.now() + PATIENCE_MS
      while (!finals().some(({ method }) => method === 'BYE') && performance.now() < untilMs) await ping()
    },
    callIds: () => came.map(reading => reading.header('call-id')),
    close() {
      wire.close()
      pinger.close()
    },
  }
}

async function datagrams(
  to: number,
  address: string,
  port: number,
  take: (bytes: Buffer) => void,
): Promise<Wire & { pongs: number }> {
  const socket = createSocket('udp4')
  socket.on('message', take)
  socket.bind(port, address)
  await once(socket, 'listening')
  return { pongs: 0, send: bytes => socket.send(bytes, to, '127.0.0.1'), close: () => socket.close() }
}

async function stream(port: number, take: (bytes: Buffer) => void, onClose: () => void): Promise<Wire> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('data', take)
  socket.on('close', onClose)
  return { send: bytes => socket.write(bytes), close: () => socket.destroy() }
}

function pingRequest(address: string, id: string): Buffer {
  const lines = [
    'OPTIONS sip:95598@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP ${address}:5099;branch=z9hG4bK${id}`,
    'From: <sip:ping@127.0.0.1>;tag=1',
    'To: <sip:95598@127.0.0.1>',
    `Call-ID: ping-${id}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** An ACK to a refusal has the INVITE's own branch, whatever else is in the dialog a new one. */
function inDialog(
  answered: Reading,
  method: 'ACK' | 'BYE',
  later: number,
  address: string,
  port: number,
  transport: string,
): Buffer {
  const own = `SIP/2.0/${transport.toUpperCase()} ${address}:${port};branch=z9hG4bKtorture-${method}`
  const cseq = Number.parseInt(answered.header('cseq'), 10) + later
  const lines = [
    `${method} sip:95598@127.0.0.1 SIP/2.0`,
    `Via: ${answered.status >= 300 ? (answered.list('via')[0] ?? own) : own}`,
    `From: ${answered.header('from')}`,
    `To: ${answered.header('to')}`,
    `Call-ID: ${answered.header('call-id')}`,
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
