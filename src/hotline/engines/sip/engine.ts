// The embedded SIP endpoint: takes calls over UDP, TCP and TLS, and hands each over as a line.
import { randomBytes } from 'node:crypto'
import { type ClipName, HangUp, type Line, type LineEngine } from '../../line.ts'
import { type CallContext, refusedBody, SipCall } from './call.ts'
import { ACCEPT_SDP, ALLOW, SUPPORTED, unsupportedBy } from './capabilities.ts'
import { type Dialog, dialogOfInvite } from './dialog.ts'
import type { Flow } from './flow.ts'
import { MediaThread } from './media/media-thread.ts'
import type { Header } from './message.ts'
import { ourAddress } from './our-address.ts'
import type { PortSettings } from './ports.ts'
import { answerOffer, type RemoteMedia } from './sdp.ts'
import { MIN_SESSION_S, tooShortSession } from './session-timer.ts'
import { createSourceBudget, type SourceBudget } from './source-budget.ts'
import { type Arrived, openStack, type SipLog, type Stack } from './stack.ts'
import type { TlsIdentity } from './stream-transport.ts'

export interface SipEngineSettings {
  readonly bind: string
  /** For UDP and TCP alike; 0 takes any free one. */
  readonly port: number
  /** Left out: no TLS. */
  readonly tls?: PortSettings['tls']
  /** What SDP and Contact say: the address callers reach us at. */
  readonly publicAddress: string
  readonly rtpPorts: { readonly first: number; readonly last: number }
  readonly maxCalls: number
  /** What a caller meets when so many calls are up: busy by default. */
  readonly busy?: BusyAnswer
  /** New calls a second from one address; what comes beyond is sent away. Left out: no limit. */
  readonly callsPerSource?: number | undefined
  /** A call without any packet for so long is over. */
  readonly rtpTimeoutMs: number
  /** Where clips are looked for, the first folder first. */
  readonly clipFolders: readonly string[]
  /** RFC 3261's T1, 500 ms when left out: tests that must see a time-out take less. */
  readonly t1Ms?: number
  /** RFC 4028's 90 when left out: tests that must see a session end take less. */
  readonly minSessionS?: number
  readonly log: SipLog
}

/** 486, 503, or a few words by a line kept for them; `retryAfterS` goes with the first two. */
export interface BusyAnswer {
  readonly way: 'busy' | 'unavailable' | 'apology'
  readonly retryAfterS: number
  /** The words of the apology. */
  readonly clips: readonly ClipName[]
}

export interface SipEngine extends LineEngine {
  readonly udpPort: number
  readonly tcpPort: number
  /** 0 without TLS. */
  readonly tlsPort: number
  /** New TLS connections get this certificate. */
  renew(identity: TlsIdentity): void
}

export function createSipEngine(settings: SipEngineSettings): SipEngine {
  return new EmbeddedSip(settings)
}

const IN_DIALOG_ONLY = ['BYE', 'INFO', 'UPDATE', 'PRACK', 'NOTIFY']
/** How long a farewell (BYE) may take when the engine stops. */
const FAREWELL_MS = 1_000
const POLL_MS = 20
/** Seconds' worth of calls one address may make at once. */
const PER_SOURCE_BURST_S = 2
const DEFAULT_BUSY: BusyAnswer = { way: 'busy', retryAfterS: 10, clips: [] }

class EmbeddedSip implements SipEngine {
  readonly #settings: SipEngineSettings
  readonly #media: MediaThread
  /** Every dialog by its local tag; a call that is over stays until its BYE was answered. */
  readonly #calls = new Map<string, SipCall>()
  readonly #byInvite = new Map<string, SipCall>()
  readonly #active = new Set<SipCall>()
  /** INVITEs whose port is being opened, and those of them cancelled meanwhile. */
  readonly #opening = new Map<string, { cancelled: boolean }>()
  /** INVITEs of those who hear an apology only. */
  readonly #apologies = new Set<string>()
  readonly #perSource: SourceBudget | null
  #stack: Stack | null = null
  #onCall: ((line: Line) => Promise<void>) | null = null
  #stopping = false

  constructor(settings: SipEngineSettings) {
    this.#settings = settings
    const perSource = settings.callsPerSource
    this.#perSource = perSource === undefined ? null : createSourceBudget(PER_SOURCE_BURST_S * perSource, perSource)
    const { bind, rtpPorts, clipFolders, rtpTimeoutMs, log } = settings
    this.#media = new MediaThread(
      { bind, firstPort: rtpPorts.first, lastPort: rtpPorts.last, clipFolders, rtpTimeoutMs },
      log,
    )
  }

  get udpPort(): number {
    return this.#stack?.udpPort ?? 0
  }

  get tcpPort(): number {
    return this.#stack?.tcpPort ?? 0
  }

  get tlsPort(): number {
    return this.#stack?.portOf('tls') ?? 0
  }

  renew(identity: TlsIdentity): void {
    this.#stack?.renew(identity)
  }

  readonly activeCalls = (): number => this.#active.size + this.#opening.size

  async start(onCall: (line: Line) => Promise<void>): Promise<void> {
    this.#onCall = onCall
    const { bind, port, publicAddress, t1Ms, tls, log } = this.#settings
    const events = {
      onRequest: (arrived: Arrived) => this.#receive(arrived),
      admits: ({ address }: Flow) => this.#perSource?.take(address, performance.now()) ?? true,
      onCancel: (key: string) => this.#cancel(key),
      onNoAck: (key: string) => this.#callOfInvite(key)?.unacknowledged(),
      onNoPrack: (key: string) => this.#byInvite.get(key)?.ringingUnheard(),
      // A broken connection does not end a call: its sound goes on, and the next request opens another.
      onConnectionClosed: () => undefined,
    }
    this.#stack = await openStack({ bind, port, publicAddress, udp: true, listenTcp: true, tls, t1Ms, log }, events)
    try {
      await this.#media.start()
    } catch (error) {
      await this.#stack.close()
      await this.#media.stop()
      throw error
    }
    log.info({ bind, udpPort: this.udpPort, tcpPort: this.tcpPort, tlsPort: this.tlsPort }, 'SIP endpoint listens')
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    await until(() => this.activeCalls() === 0, graceMs)
    for (const call of [...this.#active]) call.end('shutdown')
    await until(() => this.#calls.size === 0, FAREWELL_MS)
    await this.#stack?.close()
    await this.#media.stop()
  }

  #receive(arrived: Arrived): void {
    const { request } = arrived
    const stack = this.#stack
    if (stack === null) return
    const unsupported = unsupportedBy(request)
    if (request.toTag !== '') {
      const call = this.#calls.get(request.toTag)
      const belongs = call?.dialog.callId === request.callId && call.dialog.remoteTag === request.fromTag
      if (call !== undefined && belongs) call.receive(arrived)
      else stack.respond(arrived, 481)
    } else if (request.method === 'INVITE') this.#invited(stack, arrived)
    else if (request.method === 'ACK') return
    else if (unsupported !== null) stack.respondStray(arrived, 420, [unsupported])
    else if (request.method === 'OPTIONS') stack.respondStray(arrived, 200, [ALLOW, ACCEPT_SDP, SUPPORTED])
    else if (IN_DIALOG_ONLY.includes(request.method)) {
      stack.respondStray(arrived, 481)
    } else stack.respondStray(arrived, 405, [ALLOW])
  }

  #invited(stack: Stack, arrived: Arrived): void {
    const { request } = arrived
    const refusal = this.#refusal(arrived)
    const dialog = dialogOfInvite(request, randomBytes(8).toString('hex'))
    const late = request.body.length === 0
    // Looked at before anything is opened; the answer itself is written when the dialogue answers.
    const probe = {
      sessionId: 0,
      version: 0,
      address: ourAddress(this.#settings.publicAddress, arrived.source.address),
      port: 9,
    }
    const remote = late ? null : (answerOffer(request.body, probe)?.remote ?? null)
    if (refusal !== null) {
      stack.respond(arrived, refusal.status, { toTag: stack.strayTag(request), headers: refusal.headers })
    } else if (dialog === null) stack.respond(arrived, 400, { toTag: stack.strayTag(request) })
    else if (!late && remote === null) stack.respond(arrived, 488, { toTag: stack.strayTag(request) })
    else {
      stack.respond(arrived, 100)
      void this.#begin(stack, arrived, dialog, remote)
    }
  }

  /** Why a call cannot be taken, before its offer is looked at. */
  #refusal({ request, source }: Arrived): { status: number; headers: Header[] } | null {
    const unsupported = unsupportedBy(request)
    if (this.#stopping) return { status: 503, headers: [{ name: 'retry-after', value: '30' }] }
    if (unsupported !== null) return { status: 420, headers: [unsupported] }
    // A secured address is not to be reached by other ways (RFC 3261 26.2.2).
    if (secured(request.uri) && source.transport !== 'tls') return { status: 416, headers: [] }
    if (refusedBody(request)) return { status: 415, headers: [ACCEPT_SDP] }
    const least = tooShortSession(request, this.#settings.minSessionS ?? MIN_SESSION_S)
    if (least !== null) return { status: 422, headers: [least] }
    if (!this.#isFull()) return null
    const { way } = this.#busy
    if (way === 'apology' && this.#apologies.size < mostApologies(this.#settings.maxCalls)) return null
    return this.#sentAway(way === 'unavailable' ? 503 : 486)
  }

  get #busy(): BusyAnswer {
    return this.#settings.busy ?? DEFAULT_BUSY
  }

  /** Those who only hear an apology do not count. */
  #isFull(): boolean {
    return this.activeCalls() - this.#apologies.size >= this.#settings.maxCalls
  }

  #sentAway(status: number): { status: number; headers: Header[] } {
    return { status, headers: [{ name: 'retry-after', value: String(this.#busy.retryAfterS) }] }
  }

  async #begin(stack: Stack, arrived: Arrived, dialog: Dialog, remote: RemoteMedia | null): Promise<void> {
    const key = arrived.key ?? ''
    const opening = { cancelled: false }
    const apologize = this.#isFull()
    if (apologize) this.#apologies.add(key)
    this.#opening.set(key, opening)
    let call: SipCall | null = null
    const media = await this.#media.open({
      onKey: (pressed, way, at) => call?.key(pressed, way, at),
      onRtpTimeout: () => call?.end('rtpTimeout'),
      onLost: () => call?.end('network'),
    })
    this.#opening.delete(key)
    if (opening.cancelled || media === null) this.#apologies.delete(key)
    const parts = { toTag: dialog.localTag }
    if (opening.cancelled) {
      stack.respond(arrived, 487, parts)
      void media?.close('caller')
    } else if (media === null) {
      this.#settings.log.error({ rtpPorts: this.#settings.rtpPorts }, 'no RTP port for a call')
      stack.respond(arrived, 503, { ...parts, headers: [{ name: 'retry-after', value: '10' }] })
    } else {
      call = new SipCall(this.#contextFor(stack), arrived, dialog, media, remote)
      this.#calls.set(dialog.localTag, call)
      this.#byInvite.set(key, call)
      this.#active.add(call)
      call.ring()
      if (apologize) void this.#apologize(call)
      else void this.#hand(call)
    }
  }

  /** Whoever cannot be served is told so, on a line that nobody else waits for. */
  async #apologize(call: SipCall): Promise<void> {
    try {
      await call.answer()
      await call.play(this.#busy.clips).done
    } catch (error) {
      if (!(error instanceof HangUp)) this.#settings.log.error({ err: error }, 'an apology failed')
    }
    call.end('overload')
  }

  async #hand(call: SipCall): Promise<void> {
    const { log } = this.#settings
    const { callId, trunk, codec } = call.facts
    log.info({ callId, sipCallId: call.dialog.callId, trunk, codec }, 'call')
    try {
      await this.#onCall?.(call)
    } catch (error) {
      // The usual end of a dialogue is that the caller hangs up.
      if (!(error instanceof HangUp)) log.error({ err: error, callId }, 'a dialogue failed')
    }
    call.hangUp()
  }

  #contextFor(stack: Stack): CallContext {
    const { publicAddress, minSessionS = MIN_SESSION_S, log } = this.#settings
    return {
      stack,
      publicAddress,
      minSessionS,
      log,
      onOver: call => {
        this.#active.delete(call)
        this.#apologies.delete(call.inviteKey ?? '')
      },
      onGone: call => {
        this.#calls.delete(call.dialog.localTag)
        this.#byInvite.delete(call.inviteKey ?? '')
      },
    }
  }

  #cancel(key: string): void {
    const opening = this.#opening.get(key)
    if (opening !== undefined) opening.cancelled = true
    this.#byInvite.get(key)?.cancelled()
  }

  /** The call whose INVITE or re-INVITE this is. */
  #callOfInvite(key: string): SipCall | undefined {
    for (const call of this.#calls.values()) if (call.awaitsAck(key)) return call
    return undefined
  }
}

/** Lines kept for apologies, beside those that calls are served on. */
function mostApologies(maxCalls: number): number {
  return Math.min(50, Math.max(2, Math.ceil(maxCalls / 10)))
}

function secured(uri: string): boolean {
  return uri.slice(0, 5).toLowerCase() === 'sips:'
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!condition() && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, POLL_MS))
}
