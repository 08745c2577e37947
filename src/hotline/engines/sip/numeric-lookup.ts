// A resolver for datagram sockets that takes numeric addresses only, and answers at once: with the system's own, a packet
// would leave a turn later, when its buffer may already hold the next one.
import { isIP, isIPv6 } from 'node:net'

type Callback = (error: Error | null, address: string, family: number) => void

export function socketType(bind: string): 'udp4' | 'udp6' {
  return isIPv6(bind) ? 'udp6' : 'udp4'
}

/** An IPv6 socket reaches IPv4 by mapped addresses; the other way round there is none. */
export function numericLookup(bind: string): (host: string, family: unknown, callback: Callback) => void {
  const wide = isIPv6(bind)
  return (host, _family, callback) => {
    const family = isIP(host)
    if (family === 0 || (family === 6 && !wide)) callback(new Error(`${host} cannot be reached from ${bind}`), '', 0)
    else if (family === 4 && wide) callback(null, `::ffff:${host}`, 6)
    else callback(null, host, family)
  }
}

/** An IPv4 peer on an IPv6 socket shows as `::ffff:192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
