// How long a call may go on unless one end says that it is still there (RFC 4028).
import { type Header, hasToken, headerOf, type SipRequest, type SipResponse } from './message.ts'
import { parseDecimal, parseParams } from './scan.ts'

/** RFC 4028: what nobody has to agree to less than. */
export const MIN_SESSION_S = 90

export interface SessionTimerEvents {
  /** It is on us to say that we are still here. */
  onRefresh(): void
  /** Nobody said so. */
  onExpired(): void
}

export interface SessionInterval {
  readonly seconds: number
  readonly refresher: 'uac' | 'uas' | null
}

/** What a message asks for, or has agreed to; null when nothing that can be read. */
export function sessionIntervalOf(message: SipRequest | SipResponse): SessionInterval | null {
  const [first = '', ...rest] = (headerOf(message, 'session-expires') ?? '').split(';')
  const seconds = parseDecimal(first.trim(), 9)
  if (seconds === null) return null
  const refresher = parseParams(rest.join(';'))?.get('refresher')?.toLowerCase()
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null }
}

/** What a 422 has to say; null when the request asks for nothing or for enough. */
export function tooShortSession(request: SipRequest, leastS: number): Header | null {
  const asked = sessionIntervalOf(request)
  return asked === null || asked.seconds >= leastS ? null : { name: 'min-se', value: String(leastS) }
}

export class SessionTimer {
  readonly #events: SessionTimerEvents
  #seconds = 0
  #refresh: NodeJS.Timeout | null = null
  #expiry: NodeJS.Timeout | null = null

  constructor(events: SessionTimerEvents) {
    this.#events = events
  }

  /** Takes what an INVITE or UPDATE asks for, from now on; the headers for its 2xx. */
  agree(request: SipRequest): Header[] {
    const asked = sessionIntervalOf(request)
    this.close()
    if (asked === null) return []
    // Whoever does not know of session timers will not refresh; a proxy on the way has asked.
    const weRefresh = asked.refresher === 'uas' || !hasToken(request, 'supported', 'timer')
    this.#start(asked.seconds, weRefresh)
    const agreed = { name: 'session-expires', value: `${asked.seconds};refresher=${weRefresh ? 'uas' : 'uac'}` }
    return weRefresh ? [agreed] : [{ name: 'require', value: 'timer' }, agreed]
  }

  /** For a refresh of our own. */
  headers(): Header[] {
    return [{ name: 'session-expires', value: `${this.#seconds};refresher=uac` }]
  }

  /** Our refresh was answered by a 2xx. */
  refreshed(response: SipResponse): void {
    const agreed = sessionIntervalOf(response)
    this.close()
    if (agreed !== null) this.#start(agreed.seconds, agreed.refresher !== 'uas')
  }

  /** The far end or a proxy wants at least so much (422). */
  raise(response: SipResponse): void {
    const least = parseDecimal((headerOf(response, 'min-se') ?? '').split(';', 1)[0]?.trim() ?? '', 9)
    this.#seconds = Math.max(this.#seconds, least ?? 0)
  }

  close(): void {
    if (this.#refresh !== null) clearTimeout(this.#refresh)
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    this.#refresh = null
    this.#expiry = null
  }

  #start(seconds: number, weRefresh: boolean): void {
    this.#seconds = seconds
    // A little before the far end would think it over (RFC 4028 10).
    this.#expiry = after(seconds - Math.min(32, seconds / 3), () => this.#events.onExpired())
    if (weRefresh) this.#refresh = after(seconds / 2, () => this.#events.onRefresh())
  }
}

const LONGEST_MS = 2 ** 31 - 1

function after(seconds: number, action: () => void): NodeJS.Timeout {
  return setTimeout(action, Math.min(LONGEST_MS, seconds * 1_000)).unref()
}
