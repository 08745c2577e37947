// Symmetric RTP with care: finds the address a far end really sends from, and does not let a stranger take its place.
//
// The address named in the SDP is believed at once. Any other has to send several packets of one stream first, and only
// while nobody is believed, or whoever was believed has been silent for a while (a NAT that changed its port).

export interface Source {
  readonly address: string
  readonly port: number
}

const PROBATION_PACKETS = 3
const SILENCE_MS = 2_000

export class SourceLatch {
  #signalled: Source | null = null
  #believed: Source | null = null
  #believedAtMs = 0
  #candidate: (Source & { readonly stream: number; packets: number }) | null = null

  /** Where to send: the address believed, else the one signalled. */
  get destination(): Source | null {
    return this.#believed ?? this.#signalled
  }

  /** The far end said (again) where it is. The same as before changes nothing, so that a hold does not lose a NAT's port. */
  signal(source: Source | null): void {
    if (source?.address === this.#signalled?.address && source?.port === this.#signalled?.port) return
    this.#signalled = source
    this.#believed = null
    this.#candidate = null
  }

  /** Whether a packet may be taken as the far end's. `stream` is its RTP source number. */
  accepts(address: string, port: number, stream: number, nowMs: number): boolean {
    if (same(this.#believed, address, port)) {
      this.#believedAtMs = nowMs
      return true
    }
    if (same(this.#signalled, address, port)) return this.#believe(address, port, nowMs)
    if (this.#believed !== null && nowMs - this.#believedAtMs < SILENCE_MS) return false
    if (this.#candidate?.stream !== stream || !same(this.#candidate, address, port)) {
      this.#candidate = { address, port, stream, packets: 0 }
    }
    this.#candidate.packets++
    return this.#candidate.packets >= PROBATION_PACKETS && this.#believe(address, port, nowMs)
  }

  #believe(address: string, port: number, nowMs: number): true {
    this.#believed = { address, port }
    this.#believedAtMs = nowMs
    this.#candidate = null
    return true
  }
}

function same(source: Source | null, address: string, port: number): boolean {
  return source !== null && source.port === port && source.address === address
}
