// The sockets of one endpoint: datagrams and streams on the same port.

import type { Buffer } from 'node:buffer'
import { SetupError } from '../../../kernel/setup-error.ts'
import type { Flow } from './flow.ts'
import { plainAddress } from './numeric-lookup.ts'
import { StreamTransport, type TlsIdentity } from './stream-transport.ts'
import { openUdp, type UdpTransport } from './udp-transport.ts'

export interface PortSettings {
  readonly bind: string
  readonly port: number
  readonly udp: boolean
  readonly listenTcp: boolean
  /** Left out: no TLS. A port of null makes connections only. */
  readonly tls?: (TlsIdentity & { readonly port: number | null }) | null | undefined
}

export interface PortEvents {
  /** Returns false when the bytes were no SIP message. */
  onMessage(bytes: Buffer, flow: Flow): boolean
  onClosed(connection: number): void
  onError(error: Error): void
}

export interface Ports {
  readonly udp: UdpTransport | null
  readonly tcp: StreamTransport
  readonly tls: StreamTransport | null
}

/** When any port will do, one that is free for streams but taken for datagrams is given back so many times. */
const PORT_TRIES = 20

export async function openPorts(settings: PortSettings, events: PortEvents): Promise<Ports> {
  let last = 0
  const nextNumber = (): number => ++last
  const { udp, tcp } = await openPlainPorts(settings, nextNumber, events)
  try {
    return { udp, tcp, tls: await openTlsPort(settings, nextNumber, events) }
  } catch (error) {
    await Promise.all([udp?.close(), tcp.close()])
    throw error
  }
}

async function openPlainPorts(
  settings: PortSettings,
  nextNumber: () => number,
  events: PortEvents,
): Promise<Omit<Ports, 'tls'>> {
  for (let attempt = 1; ; attempt++) {
    const tcp = new StreamTransport(null, nextNumber, events)
    if (settings.listenTcp) await openOr(settings, 'TCP', () => tcp.listen(settings.bind, settings.port))
    if (!settings.udp) return { udp: null, tcp }
    try {
      return { udp: await openUdpPort(settings, tcp.port === 0 ? settings.port : tcp.port, events), tcp }
    } catch (error) {
      await tcp.close()
      if (settings.port !== 0 || attempt === PORT_TRIES) throw error
    }
  }
}

async function openTlsPort(
  { bind, tls }: PortSettings,
  nextNumber: () => number,
  events: PortEvents,
): Promise<StreamTransport | null> {
  if (tls === null || tls === undefined) return null
  const { port } = tls
  const transport = new StreamTransport(tls, nextNumber, events)
  if (port !== null) await openOr({ bind, port }, 'TLS', () => transport.listen(bind, port))
  return transport
}

function openUdpPort(settings: PortSettings, port: number, events: PortEvents): Promise<UdpTransport> {
  return openOr({ bind: settings.bind, port }, 'UDP', () =>
    openUdp(
      settings.bind,
      port,
      (bytes, address, from) => {
        events.onMessage(bytes, { transport: 'udp', address: plainAddress(address), port: from, connection: 0 })
      },
      events.onError,
    ),
  )
}

async function openOr<T>(where: { bind: string; port: number }, what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const [chinese, english] =
      reason === 'EADDRINUSE'
        ? ['已被其他程序占用', 'is in use by another program']
        : [`打不开（${reason}）`, `cannot be opened (${reason})`]
    throw new SetupError(
      `SIP 端口 ${where.port}（${what}，${where.bind}）${chinese}`,
      `SIP port ${where.port} (${what}, ${where.bind}) ${english}`,
      { cause: error },
    )
  }
}
