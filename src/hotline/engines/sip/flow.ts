// Where a message came from and where its answer goes: a datagram's peer, or one stream connection.

export type TransportName = 'udp' | 'tcp' | 'tls'

export interface Flow {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
  /** The number of the connection; 0 for datagrams. */
  readonly connection: number
}

export function isReliable(flow: Flow): boolean {
  return flow.transport !== 'udp'
}
