// The SIP stack of one endpoint: transports, parser and transactions joined; everything above it works on whole messages.
import type { Buffer } from 'node:buffer'
import { createHmac, randomBytes } from 'node:crypto'
import { type ClientEffect, ClientTransactions, clientKey } from './client-transactions.ts'
import type { Flow, TransportName } from './flow.ts'
import { GARBAGE_BURST, GARBAGE_PER_SECOND, STRAY_BURST, STRAY_PER_SECOND, sipTimers } from './limits.ts'
import type { Header, Outgoing, SipRequest, SipResponse } from './message.ts'
import { ourAddress } from './our-address.ts'
import { parseMessage } from './parse.ts'
import { openPorts, type PortSettings, type Ports } from './ports.ts'
import { type ReplyParts, replyTo, serialize, stampVia } from './serialize.ts'
import { type ServerEffect, ServerTransactions } from './server-transactions.ts'
import { createSourceBudget } from './source-budget.ts'
import type { StreamTransport, TlsIdentity } from './stream-transport.ts'
import { bracketed } from './uri.ts'

/** The part of a pino logger that is used here. */
export interface SipLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export interface StackSettings {
  readonly bind: string
  /** 0: any free one, the same for datagrams and streams. */
  readonly port: number
  /** What Via and Contact say. */
  readonly publicAddress: string
  readonly udp: boolean
  /** Whether streams are listened for; they can be opened in any case. */
  readonly listenTcp: boolean
  readonly tls?: PortSettings['tls']
  /** RFC 3261's T1; 500 ms when left out. */
  readonly t1Ms?: number | undefined
  readonly log: SipLog
}

/** A request that arrived. */
export interface Arrived {
  readonly request: SipRequest
  /** Where it really came from. */
  readonly source: Flow
  /** The server transaction; null for an ACK, and for what belongs to no call and gets a stray answer. */
  readonly key: string | null
}

export interface StackEvents {
  /** Every new request, and every ACK to a 2xx; CANCELs and what is malformed are answered before. */
  onRequest(arrived: Arrived): void
  /** Whether this source may make one call more; if not, the INVITE is sent away and nothing of it kept. All may by default. */
  admits?(source: Flow): boolean
  /** A CANCEL of this transaction, which may be answered already. */
  onCancel(key: string): void
  /** A 2xx was repeated 32 s long and nobody acknowledged it. */
  onNoAck(key: string): void
  /** A reliable provisional response was repeated as long, and nobody acknowledged it. */
  onNoPrack?(key: string): void
  onConnectionClosed(connection: number): void
}

/** What came of a request of ours; null when nothing came in time. */
export type OnResponse = (response: SipResponse | null) => void

const NEVER = Number.POSITIVE_INFINITY
const now = (): number => performance.now()

export async function openStack(settings: StackSettings, events: StackEvents): Promise<Stack> {
  const stack = new Stack(settings, events)
  await stack.open()
  return stack
}

export class Stack {
  readonly #settings: StackSettings
  readonly #events: StackEvents
  readonly #servers: ServerTransactions
  readonly #clients: ClientTransactions
  readonly #listeners = new Map<string, OnResponse>()
  readonly #garbage = createSourceBudget(GARBAGE_BURST, GARBAGE_PER_SECOND)
  readonly #strays = createSourceBudget(STRAY_BURST, STRAY_PER_SECOND)
  readonly #secret = randomBytes(16)
  #ports: Ports | null = null
  #timer: NodeJS.Timeout | null = null
  #timerAtMs = NEVER

  constructor(settings: StackSettings, events: StackEvents) {
    this.#settings = settings
    this.#servers = new ServerTransactions(sipTimers(settings.t1Ms))
    this.#clients = new ClientTransactions(sipTimers(settings.t1Ms))
    this.#events = events
  }

  async open(): Promise<void> {
    this.#ports = await openPorts(this.#settings, {
      onMessage: (bytes, flow) => this.#guarded(() => this.#receive(bytes, flow)),
      onClosed: connection => {
        this.#apply(this.#clients.dropFlow(connection))
        this.#events.onConnectionClosed(connection)
      },
      onError: error => this.#settings.log.error({ err: error }, 'SIP socket'),
    })
  }

  get udpPort(): number {
    return this.#ports?.udp?.port ?? 0
  }

  get tcpPort(): number {
    return this.#ports?.tcp.port ?? 0
  }

  /** 0 where nothing listens. */
  portOf(transport: TransportName): number {
    return this.#ports?.[transport]?.port ?? 0
  }

  /** New TLS connections get this certificate. */
  renew(identity: TlsIdentity): void {
    this.#ports?.tls?.renew(identity)
  }

  respond(arrived: Arrived, status: number, parts: ReplyParts = {}): void {
    if (arrived.key === null) return
    const bytes = serialize(replyTo(arrived.request, status, parts))
    this.#apply(this.#servers.respond(arrived.key, status, bytes, now()))
  }

  /** A provisional response that is repeated until `ringingHeard`. */
  respondReliably({ request, key }: Arrived, status: number, parts: ReplyParts): void {
    if (key === null) return
    const bytes = serialize(replyTo(request, status, parts))
    this.#apply(this.#servers.respond(key, status, bytes, now(), true))
  }

  ringingHeard({ key }: Arrived): void {
    if (key !== null) this.#servers.provisionalHeard(key)
  }

  /** The dialog of this INVITE saw its ACK. */
  confirm(key: string): void {
    this.#servers.accepted(key)
  }

  /** Sends a request in a client transaction and returns its Via; `via` is given for a CANCEL, which repeats the INVITE's. */
  send(method: string, flow: Flow, build: (via: string) => Outgoing, onResponse: OnResponse, via?: string): string {
    const used = via ?? this.#newVia(flow)
    const branch = used.slice(used.lastIndexOf('=') + 1)
    this.#listeners.set(clientKey(method, branch), onResponse)
    this.#apply(this.#clients.send(build(used), method, branch, flow, now()))
    return used
  }

  /** An ACK to a 2xx, which has no transaction. */
  sendAck(flow: Flow, build: (via: string) => Outgoing): void {
    this.#transmit(flow, serialize(build(this.#newVia(flow))))
  }

  /** The connection to this address that is open, or a new one; null when there is no such transport here. */
  connect(transport: 'tcp' | 'tls', address: string, port: number, name?: string): Flow | null {
    return this.#ports?.[transport]?.connect(address, port, name) ?? null
  }

  isOpen(flow: Flow): boolean {
    return flow.transport === 'udp' || (this.#streams(flow)?.isOpen(flow.connection) ?? false)
  }

  /** While held (a call runs over it) a connection is not closed for idleness. */
  hold(flow: Flow): void {
    this.#streams(flow)?.hold(flow.connection)
  }

  release(flow: Flow): void {
    this.#streams(flow)?.release(flow.connection)
  }

  /** The address and the port by which whoever is at the end of this flow reaches us. */
  sentBy({ transport, address }: Flow): string {
    const port = this.portOf(transport)
    return `${bracketed(ourAddress(this.#settings.publicAddress, address))}${port > 0 ? `:${port}` : ''}`
  }

  /** The tag of an answer that makes no dialog: always the same for the same request. */
  strayTag(request: SipRequest): string {
    const text = `${request.callId}\n${request.fromTag}\n${request.cseq}`
    return createHmac('sha256', this.#secret).update(text).digest('hex').slice(0, 16)
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const ports = this.#ports
    this.#ports = null
    await Promise.all([ports?.udp?.close(), ports?.tcp.close(), ports?.tls?.close()])
  }

  #streams({ transport }: Flow): StreamTransport | null {
    return transport === 'udp' ? null : (this.#ports?.[transport] ?? null)
  }

  #transmit(flow: Flow, bytes: Uint8Array): void {
    if (flow.transport === 'udp') this.#ports?.udp?.send(bytes, flow.address, flow.port)
    else this.#streams(flow)?.send(bytes, flow.connection)
  }

  #apply(effects: readonly (ServerEffect | ClientEffect)[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.#transmit(effect.flow, effect.bytes)
      else if (effect.type === 'noAck') this.#events.onNoAck(effect.key)
      else if (effect.type === 'noPrack') this.#events.onNoPrack?.(effect.key)
      else {
        const listener = this.#listeners.get(effect.key)
        if (effect.type === 'response') listener?.(effect.response)
        else this.#listeners.delete(effect.key)
        if (effect.type === 'timeout') listener?.(null)
      }
    }
    this.#rearm()
  }

  #rearm(): void {
    const nextMs = Math.min(this.#servers.nextAtMs(), this.#clients.nextAtMs())
    if (this.#ports === null || nextMs >= this.#timerAtMs) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timerAtMs = nextMs
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, nextMs - now()))
    this.#timer.unref()
  }

  #wake(): void {
    this.#timer = null
    this.#timerAtMs = NEVER
    this.#apply(this.#servers.advance(now()))
    this.#apply(this.#clients.advance(now()))
  }

  /** A fault of ours in one message must not end every call of the process. */
  #guarded(action: () => boolean): boolean {
    try {
      return action()
    } catch (error) {
      this.#settings.log.error({ err: error }, 'a SIP message could not be handled')
      return false
    }
  }

  /** Returns false when it was no SIP. */
  #receive(bytes: Buffer, source: Flow): boolean {
    let start = 0
    while (start < bytes.length && (bytes[start] === 13 || bytes[start] === 10 || bytes[start] === 0)) start++
    if (start === bytes.length) return true
    const parsed = parseMessage(bytes.subarray(start))
    if (parsed.kind === 'ok') {
      if (parsed.message.kind === 'response') this.#apply(this.#clients.receive(parsed.message, now()))
      else this.#receiveRequest(stampVia(parsed.message, source.address, source.port), source)
      return true
    }
    if (this.#garbage.take(source.address, now())) {
      // Forged sources have a budget each, the log has one for all.
      if (this.#garbage.take('log', now())) {
        this.#settings.log.warn({ source: source.address, reason: parsed.reason }, 'malformed SIP message')
      }
      const { request } = parsed
      if (request !== null && request.method !== 'ACK') this.#answerStray(request, source, parsed.status)
    }
    return false
  }

  #receiveRequest(request: SipRequest, source: Flow): void {
    if (request.method === 'ACK') {
      if (!this.#servers.acknowledge(request, now())) this.#events.onRequest({ request, source, key: null })
      this.#rearm()
    } else if (request.method === 'CANCEL') {
      const key = this.#servers.findCancelled(request)
      this.#answerStray(request, source, key === null ? 481 : 200)
      if (key !== null) this.#events.onCancel(key)
    } else if (request.method !== 'INVITE' && request.toTag === '') {
      // Keeping nothing of these makes a flood of them harmless; the answer to a repeat is the same again.
      this.#events.onRequest({ request, source, key: null })
    } else if (this.#isTooMuch(request, source)) {
      this.#answerStray(request, source, 503, [{ name: 'retry-after', value: '2' }])
    } else {
      const { verdict, key, effects } = this.#servers.receive(request, responseFlow(request, source))
      this.#apply(effects)
      if (verdict === 'new') this.#events.onRequest({ request, source, key })
      else if (verdict === 'merged') this.#answerStray(request, source, 482)
      else if (verdict === 'full') this.#answerStray(request, source, 503, [{ name: 'retry-after', value: '10' }])
    }
  }

  #isTooMuch(request: SipRequest, source: Flow): boolean {
    if (request.method !== 'INVITE' || request.toTag !== '' || this.#servers.knows(request)) return false
    return this.#events.admits?.(source) === false
  }

  /** Answers without keeping anything, within the source's budget: for requests that belong to nothing. */
  respondStray(arrived: Arrived, status: number, headers: readonly Header[] = []): void {
    this.#answerStray(arrived.request, arrived.source, status, headers)
  }

  #answerStray(request: SipRequest, source: Flow, status: number, headers: readonly Header[] = []): void {
    if (!this.#strays.take(source.address, now())) return
    const reply = replyTo(request, status, { toTag: this.strayTag(request), headers })
    this.#transmit(responseFlow(request, source), serialize(reply))
  }

  #newVia(flow: Flow): string {
    const branch = `z9hG4bK${randomBytes(12).toString('hex')}`
    return `SIP/2.0/${flow.transport.toUpperCase()} ${this.sentBy(flow)};rport;branch=${branch}`
  }
}

/** Where responses go (RFC 3261 18.2.2, RFC 3581): back the way for streams and `rport`, else to the port of the Via. */
function responseFlow(request: SipRequest, source: Flow): Flow {
  if (source.transport !== 'udp' || request.via.params.has('rport')) return source
  return { ...source, port: request.via.port ?? 5060 }
}
