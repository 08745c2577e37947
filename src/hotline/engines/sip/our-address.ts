// Which address of ours to name to somebody: the public one, or, for the other family of addresses, one that this machine has.
import { isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

const LOOPBACK = { IPv4: '127.0.0.1', IPv6: '::1' }

/** An address without the name of the interface it belongs to (`fe80::1%eth0`), which means nothing elsewhere. */
export function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? address
}

export function ourAddress(publicAddress: string, peer: string): string {
  const family = isIPv6(peer) ? 'IPv6' : 'IPv4'
  if (isIP(publicAddress) === 0 || isIP(withoutZone(peer)) === 0 || isIPv6(publicAddress) === isIPv6(peer)) {
    return publicAddress
  }
  if (peer === '::1' || peer.startsWith('127.')) return LOOPBACK[family]
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const ours = all.find(address => address.family === family && !address.internal && !address.scopeid)
  return ours?.address ?? publicAddress
}
