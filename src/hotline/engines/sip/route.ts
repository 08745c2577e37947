// Decides over which flow a request inside a dialog leaves: the connection it came by, its route, or its Contact.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type Dialog, nextHop } from './dialog.ts'
import type { Flow } from './flow.ts'
import { LOOKUP_TIMEOUT_MS } from './limits.ts'
import type { Stack } from './stack.ts'

/** A numeric address for a host; null when the name cannot be resolved in time. */
export async function resolveHost(host: string): Promise<string | null> {
  if (isIP(host) !== 0) return host
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), LOOKUP_TIMEOUT_MS)
  })
  try {
    return await Promise.race([lookup(host).then(found => found.address), late])
  } catch {
    // An unknown name is an answer too; whoever asked goes another way.
    return null
  } finally {
    clearTimeout(timer)
  }
}

/**
 * `source` is where the far end's request came from; `translated` says that its own idea of its address is another,
 * so that a Contact behind the NAT is of no use.
 */
export async function flowFor(stack: Stack, dialog: Dialog, source: Flow, translated: boolean): Promise<Flow> {
  if (source.transport !== 'udp' && stack.isOpen(source)) return source
  if (source.transport === 'udp' && translated && dialog.routes.length === 0) return source
  const hop = nextHop(dialog)
  const address = hop === null ? null : await resolveHost(hop.params.get('maddr') ?? hop.host)
  if (hop === null || address === null) return source
  const wanted = hop.params.get('transport')?.toLowerCase() ?? source.transport
  const secured = hop.scheme === 'sips' || wanted === 'tls'
  const port = hop.port ?? (secured ? 5061 : 5060)
  if (secured) return stack.connect('tls', address, port, hop.host) ?? source
  if (wanted === 'tcp') return stack.connect('tcp', address, port) ?? source
  return { transport: 'udp', address, port, connection: 0 }
}
