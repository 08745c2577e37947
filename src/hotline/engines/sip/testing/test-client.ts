// A bare SIP client for tests: sends exactly what it is told, keeps what comes back, and answers nothing but a BYE by itself.
import { Buffer } from 'node:buffer'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket as Stream } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { headerOf, type SipMessage, type SipRequest, type SipResponse } from '../message.ts'
import { parseMessage } from '../parse.ts'
import { createFramer } from '../stream-framing.ts'

export const RTP_OFFER = (port: number, ...lines: string[]): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8`,
    ...lines,
    '',
  ].join('\r\n')

export interface RequestOptions {
  readonly branch?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly fromTag?: string
  readonly uri?: string
  readonly headers?: readonly string[]
  readonly body?: string
  readonly contentType?: string
}

const WAIT_MS = 15_000

export class TestClient {
  readonly received: SipMessage[] = []
  readonly #port: number
  readonly #udp: Socket | null
  readonly #tcp: Stream | null
  readonly localPort: number
  callId = `${Math.random()}@test`
  #waiting: { matches: (message: SipMessage) => boolean; resolve: (message: SipMessage) => void }[] = []

  private constructor(port: number, udp: Socket | null, tcp: Stream | null, localPort: number) {
    this.#port = port
    this.#udp = udp
    this.#tcp = tcp
    this.localPort = localPort
    const framer = createFramer()
    udp?.on('message', bytes => this.#take(bytes))
    tcp?.on('data', chunk => {
      framer.push(
        chunk,
        bytes => {
          this.#take(Buffer.from(bytes))
          return true
        },
        () => undefined,
      )
    })
    tcp?.on('error', () => undefined)
  }

  static async udp(port: number): Promise<TestClient> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new TestClient(port, socket, null, socket.address().port)
  }

  static async tcp(port: number): Promise<TestClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new TestClient(port, null, socket, socket.localPort ?? 0)
  }

  /** Trusts whatever certificate comes: what is tested here is the endpoint. */
  static async tls(port: number): Promise<TestClient> {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return new TestClient(port, null, socket, socket.localPort ?? 0)
  }

  close(): void {
    this.#udp?.close()
    this.#tcp?.destroy()
  }

  /** Resolves when the far end closes the stream. */
  async closed(): Promise<void> {
    await new Promise<void>(resolve => this.#tcp?.on('close', () => resolve()))
  }

  raw(bytes: Uint8Array | string): void {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    this.#udp?.send(buffer, this.#port, '127.0.0.1')
    this.#tcp?.write(buffer)
  }

  request(method: string, options: RequestOptions = {}): void {
    const { cseq = 1, toTag, body = '', contentType = 'application/sdp', headers = [] } = options
    const transport = this.#tcp instanceof TLSSocket ? 'TLS' : this.#udp === null ? 'TCP' : 'UDP'
    const lines = [
      `${method} ${options.uri ?? `sip:95598@127.0.0.1:${this.#port}`} SIP/2.0`,
      `Via: SIP/2.0/${transport} 127.0.0.1:${this.localPort};branch=${options.branch ?? `z9hG4bK${method}${cseq}`}`,
      `From: <sip:13800138000@127.0.0.1>;tag=${options.fromTag ?? 'client'}`,
      `To: <sip:95598@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(headers.some(header => header.startsWith('Contact'))
        ? []
        : [`Contact: <sip:me@127.0.0.1:${this.localPort}>`]),
      ...headers,
      ...(body === '' ? [] : [`Content-Type: ${contentType}`]),
      `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
      '',
      body,
    ]
    this.raw(lines.join('\r\n'))
  }

  respond(request: SipRequest, status: number, headers: readonly string[] = []): void {
    const copied = request.headers.filter(({ name }) => ['via', 'from', 'to', 'call-id', 'cseq'].includes(name))
    const lines = [`SIP/2.0 ${status} x`, ...copied.map(({ name, value }) => `${name}: ${value}`), ...headers]
    this.raw([...lines, 'Content-Length: 0', '', ''].join('\r\n'))
  }

  /** The first response with this status to this method, past or to come. */
  async response(method: string, status: number, cseq?: number): Promise<SipResponse> {
    const message = await this.#find(
      found =>
        found.kind === 'response' &&
        found.cseqMethod === method &&
        found.status === status &&
        (cseq ?? found.cseq) === found.cseq,
      `${status} to ${method}`,
    )
    if (message.kind !== 'response') throw new Error('unreachable')
    return message
  }

  async requestFrom(method: string): Promise<SipRequest> {
    const message = await this.#find(found => found.kind === 'request' && found.method === method, method)
    if (message.kind !== 'request') throw new Error('unreachable')
    return message
  }

  requests(method: string): SipRequest[] {
    return this.received.flatMap(message => (message.kind === 'request' && message.method === method ? [message] : []))
  }

  responses(method: string): number[] {
    return this.received.flatMap(message =>
      message.kind === 'response' && message.cseqMethod === method ? [message.status] : [],
    )
  }

  /** INVITE, 200, ACK; returns the tag of the far end. */
  async call(options: RequestOptions = {}): Promise<string> {
    this.request('INVITE', { body: RTP_OFFER(9), ...options })
    const ok = await this.response('INVITE', 200)
    this.request('ACK', { toTag: ok.toTag, branch: 'z9hG4bKack' })
    return ok.toTag
  }

  #take(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes)
    // The answer to what was malformed repeats what was malformed.
    const complaint = Buffer.from(bytes).toString('latin1', 0, 12)
    if (parsed.kind !== 'ok' && ['SIP/2.0 400 ', 'SIP/2.0 505 '].includes(complaint)) return
    if (parsed.kind !== 'ok')
      throw new Error(`malformed answer: ${parsed.reason}\n${Buffer.from(bytes).toString('latin1')}`)
    this.received.push(parsed.message)
    if (parsed.message.kind === 'request' && parsed.message.method === 'BYE') this.respond(parsed.message, 200)
    this.#waiting = this.#waiting.filter(({ matches, resolve }) => {
      const found = matches(parsed.message)
      if (found) resolve(parsed.message)
      return !found
    })
  }

  #find(matches: (message: SipMessage) => boolean, what: string): Promise<SipMessage> {
    const past = this.received.find(matches)
    if (past !== undefined) return Promise.resolve(past)
    return new Promise((resolve, reject) => {
      const got = this.received.map(message =>
        message.kind === 'request' ? message.method : `${message.status} ${message.cseqMethod}`,
      )
      const timer = setTimeout(() => reject(new Error(`no ${what}; came before: ${got.join(', ')}`)), WAIT_MS)
      const done = (message: SipMessage): void => {
        clearTimeout(timer)
        resolve(message)
      }
      this.#waiting.push({ matches, resolve: done })
    })
  }
}

export function header(message: SipMessage, name: string): string {
  return headerOf(message, name) ?? ''
}
