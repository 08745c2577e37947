// The signalling of one telephone: invites, acknowledges, answers what comes inside the call, hangs up.
import { Buffer } from 'node:buffer'
import { randomBytes, randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { ACCEPT_SDP, ALLOW } from '../engines/sip/capabilities.ts'
import { CAPTION_PACKAGE } from '../engines/sip/captions.ts'
import { type Dialog, dialogOfAnswer, requestInDialog, takeCseq } from '../engines/sip/dialog.ts'
import type { Flow } from '../engines/sip/flow.ts'
import {
  contentTypeOf,
  EMPTY,
  headerOf,
  type Outgoing,
  type SipRequest,
  type SipResponse,
} from '../engines/sip/message.ts'
import { resolveHost } from '../engines/sip/route.ts'
import { answerOffer, type LocalMedia, makeOffer, type RemoteMedia, readAnswer } from '../engines/sip/sdp.ts'
import { type Arrived, openStack, type SipLog, type Stack } from '../engines/sip/stack.ts'
import { bracketed, parseUri } from '../engines/sip/uri.ts'
import type { Caption, Key } from '../line.ts'

export interface PhoneTransport {
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** Who signs the hotline's certificate, as PEM; the system's authorities when left out. */
  readonly tlsCa?: string | undefined
}

export interface UserAgentEvents {
  onRinging(): void
  /** Also when the far end changes the media of the call. */
  onMedia(remote: RemoteMedia): void
  onCaption(caption: Caption): void
  /** The far end hung up, or the call broke. */
  onHungUp(): void
}

export type InviteResult = { readonly status: number; readonly answered: boolean }

const SILENT_LOG: SipLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
/** How long a farewell may take. */
const BYE_MS = 2_000
const MAX_CAPTION_BODY = 4_096

export class UserAgent {
  readonly #events: UserAgentEvents
  readonly #target: string
  readonly #flow: Flow
  readonly #callId = randomUUID()
  readonly #from: string
  readonly #withheld: boolean
  readonly #sessionId = Math.floor(Date.now() / 1_000)
  readonly localAddress: string
  #stack: Stack
  #rtpPort = 0
  #dialog: Dialog | null = null
  #inviteVia = ''

  private constructor(
    target: string,
    from: string | null,
    flow: Flow,
    localAddress: string,
    stack: Stack,
    events: UserAgentEvents,
  ) {
    this.#target = target
    this.#flow = flow
    this.#events = events
    this.#stack = stack
    this.localAddress = localAddress
    this.#withheld = from === null
    const tag = `;tag=${randomBytes(8).toString('hex')}`
    const number = `<sip:${from}@${bracketed(localAddress)}>`
    this.#from = (from === null ? '"Anonymous" <sip:anonymous@anonymous.invalid>' : number) + tag
  }

  /** `from` null withholds the number. Throws an Error that can be shown when the target cannot be called. */
  static async open(
    target: string,
    { transport, tlsCa }: PhoneTransport,
    from: string | null,
    events: UserAgentEvents,
  ): Promise<UserAgent> {
    const uri = parseUri(target)
    const address = uri === null || uri.host === '' ? null : await resolveHost(uri.host)
    if (uri === null || address === null) throw new Error(`${target} is no SIP address that can be reached`)
    const port = uri.port ?? (transport === 'tls' ? 5061 : 5060)
    const localAddress = await localAddressTowards(address, port)
    let agent: UserAgent | null = null
    const stack = await openStack(
      {
        bind: localAddress,
        port: 0,
        publicAddress: localAddress,
        udp: transport === 'udp',
        listenTcp: transport === 'tcp',
        tls: transport === 'tls' ? { port: null, ca: tlsCa } : null,
        log: SILENT_LOG,
      },
      {
        onRequest: arrived => agent?.receive(arrived),
        onCancel: () => undefined,
        onNoAck: () => undefined,
        onConnectionClosed: () => undefined,
      },
    )
    const flow = transport === 'udp' ? null : stack.connect(transport, address, port, uri.host)
    agent = new UserAgent(
      target,
      from,
      flow ?? { transport: 'udp', address, port, connection: 0 },
      localAddress,
      stack,
      events,
    )
    stack.hold(agent.#flow)
    return agent
  }

  /** Resolves with the final status; 0 when there was no answer at all. */
  invite(rtpPort: number): Promise<InviteResult> {
    this.#rtpPort = rtpPort
    return new Promise(resolve => {
      const build = (via: string): Outgoing => this.#inviteRequest('INVITE', via)
      this.#inviteVia = this.#stack.send('INVITE', this.#flow, build, response => this.#answered(response, resolve))
    })
  }

  /** Takes the INVITE back; its own answer still comes. */
  cancel(): void {
    const build = (via: string): Outgoing => ({ ...this.#inviteRequest('CANCEL', via), body: EMPTY })
    this.#stack.send('CANCEL', this.#flow, build, () => undefined, this.#inviteVia)
  }

  /** Resolves when the far end agreed, or did not in time. */
  async bye(): Promise<void> {
    const dialog = this.#dialog
    this.#dialog = null
    if (dialog === null) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, BYE_MS)
      this.#stack.send(
        'BYE',
        this.#flow,
        via => requestInDialog(dialog, 'BYE', via),
        response => {
          if (response !== null && response.status < 200) return
          clearTimeout(timer)
          resolve()
        },
      )
    })
  }

  /** Reports a key by INFO; resolves when the far end has it. */
  infoKey(key: Key, durationMs: number): Promise<void> {
    const dialog = this.#dialog
    if (dialog === null) return Promise.resolve()
    const headers = [{ name: 'content-type', value: 'application/dtmf-relay' }]
    const body = Buffer.from(`Signal=${key}\r\nDuration=${durationMs}\r\n`, 'latin1')
    return new Promise(resolve => {
      this.#stack.send(
        'INFO',
        this.#flow,
        via => requestInDialog(dialog, 'INFO', via, { headers, body }),
        response => {
          if (response === null || response.status >= 200) resolve()
        },
      )
    })
  }

  close(): Promise<void> {
    this.#stack.release(this.#flow)
    return this.#stack.close()
  }

  receive(arrived: Arrived): void {
    const { request } = arrived
    const dialog = this.#dialog
    const belongs = dialog !== null && request.callId === dialog.callId && request.toTag === dialog.localTag
    if (request.method === 'ACK') return
    if (arrived.key === null) this.#stack.respondStray(arrived, request.method === 'OPTIONS' ? 200 : 481, [ALLOW])
    else if (!belongs) this.#stack.respond(arrived, request.toTag === '' ? 486 : 481)
    else if (!takeCseq(dialog, request)) this.#stack.respond(arrived, 500)
    else this.#inside(arrived, request)
  }

  #inside(arrived: Arrived, request: SipRequest): void {
    if (request.method === 'BYE') {
      this.#stack.respond(arrived, 200)
      this.#dialog = null
      this.#events.onHungUp()
    } else if (request.method === 'INFO') {
      const caption = headerOf(request, 'info-package') === CAPTION_PACKAGE ? readCaption(request) : null
      this.#stack.respond(arrived, caption === null ? 469 : 200, { headers: [RECV_INFO] })
      if (caption !== null) this.#events.onCaption(caption)
    } else if (request.method === 'INVITE' || request.method === 'UPDATE') this.#renegotiate(arrived, request)
    else if (request.method === 'OPTIONS') this.#stack.respond(arrived, 200, { headers: [ALLOW, ACCEPT_SDP] })
    else this.#stack.respond(arrived, 405, { headers: [ALLOW] })
  }

  #renegotiate(arrived: Arrived, request: SipRequest): void {
    const answer = request.body.length === 0 ? null : answerOffer(request.body, this.#local())
    if (request.body.length > 0 && answer === null) {
      this.#stack.respond(arrived, 488)
      return
    }
    if (answer !== null) this.#events.onMedia(answer.remote)
    const body = answer?.body ?? (request.method === 'INVITE' ? makeOffer(this.#local()) : EMPTY)
    const headers = [{ name: 'contact', value: this.#contact() }]
    if (body.length > 0) headers.push({ name: 'content-type', value: 'application/sdp' })
    this.#stack.respond(arrived, 200, { headers, body })
  }

  #answered(response: SipResponse | null, resolve: (result: InviteResult) => void): void {
    if (response === null) resolve({ status: 0, answered: false })
    else if (response.status < 200) {
      if (response.status > 100) this.#events.onRinging()
    } else if (response.status >= 300) resolve({ status: response.status, answered: false })
    else this.#accept(response, resolve)
  }

  #accept(response: SipResponse, resolve: (result: InviteResult) => void): void {
    const dialog = dialogOfAnswer(response)
    if (dialog === null) {
      resolve({ status: response.status, answered: false })
      return
    }
    const build = (via: string): Outgoing => requestInDialog(dialog, 'ACK', via, { cseq: response.cseq })
    this.#stack.sendAck(this.#flow, build)
    // A 2xx that is repeated wants its ACK again, and nothing else.
    if (this.#dialog !== null) return
    this.#dialog = dialog
    const remote = contentTypeOf(response) === 'application/sdp' ? readAnswer(response.body) : null
    if (remote !== null) this.#events.onMedia(remote)
    resolve({ status: response.status, answered: remote !== null })
  }

  #inviteRequest(method: 'INVITE' | 'CANCEL', via: string): Outgoing {
    const headers = [
      { name: 'via', value: via },
      { name: 'max-forwards', value: '70' },
      { name: 'from', value: this.#from },
      { name: 'to', value: `<${this.#target}>` },
      { name: 'call-id', value: this.#callId },
      { name: 'cseq', value: `1 ${method}` },
    ]
    if (method === 'CANCEL') return { startLine: `CANCEL ${this.#target} SIP/2.0`, headers, body: EMPTY }
    headers.push({ name: 'contact', value: this.#contact() }, ALLOW, RECV_INFO)
    headers.push({ name: 'content-type', value: 'application/sdp' })
    if (this.#withheld) headers.push({ name: 'privacy', value: 'id' })
    return { startLine: `INVITE ${this.#target} SIP/2.0`, headers, body: makeOffer(this.#local()) }
  }

  #contact(): string {
    const { transport } = this.#flow
    return `<sip:phone@${this.#stack.sentBy(this.#flow)}${transport === 'udp' ? '' : `;transport=${transport}`}>`
  }

  #local(): LocalMedia {
    return { sessionId: this.#sessionId, version: 1, address: this.localAddress, port: this.#rtpPort }
  }
}

const RECV_INFO = { name: 'recv-info', value: CAPTION_PACKAGE }

/** The address of ours from which packets to the target leave. */
async function localAddressTowards(address: string, port: number): Promise<string> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.connect(port, address, resolve)
    })
    return socket.address().address
  } finally {
    socket.close()
  }
}

const shownCaption = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listen') }),
  z.object({ type: z.enum(['say', 'entry']), text: z.string() }),
  z.object({ type: z.literal('ask'), most: z.number(), secret: z.boolean() }),
  z.object({ type: z.literal('outcome'), outcome: z.string() }),
])

/** The caption in an INFO; null when it is none, which the far end is told by 469 and sends no more. */
function readCaption(info: SipRequest): Caption | null {
  if (info.body.length > MAX_CAPTION_BODY) return null
  try {
    return shownCaption.safeParse(JSON.parse(Buffer.from(info.body).toString('utf8'))).data ?? null
  } catch {
    // A body that is no JSON is no caption.
    return null
  }
}
