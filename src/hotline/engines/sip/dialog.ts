// A dialog of RFC 3261 section 12: who talks to whom under which tags, by which route, and with which sequence numbers.
import type { Header, Outgoing, SipRequest, SipResponse } from './message.ts'
import { EMPTY, headerOf, listOf } from './message.ts'
import { parseNameAddr, parseUri, type SipUri } from './uri.ts'

export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** From and To of the requests we send, with their tags. */
  readonly local: string
  readonly remote: string
  /** The Contact of the far end; re-INVITE and UPDATE may change it. */
  target: string
  /** Route header values, first hop first. */
  readonly routes: readonly string[]
  localCseq: number
  /** Null until the far end sent a request. */
  remoteCseq: number | null
}

/** The Contact of a message as a URI that can be called, or null. */
export function contactOf(message: { readonly headers: readonly Header[] }): string | null {
  const contact = parseNameAddr(listOf(message, 'contact')[0] ?? '')
  const uri = contact === null ? null : parseUri(contact.uri)
  return contact === null || uri === null || uri.scheme === 'tel' ? null : contact.uri
}

/** Null when a route cannot be followed. */
function routesOf(message: { readonly headers: readonly Header[] }): string[] | null {
  const routes = listOf(message, 'record-route')
  const usable = routes.every(route => parseUri(parseNameAddr(route)?.uri ?? '') !== null)
  return usable ? routes : null
}

/** The dialog an INVITE from a far end makes; null when it has no usable Contact or Record-Route. */
export function dialogOfInvite(invite: SipRequest, localTag: string): Dialog | null {
  const target = contactOf(invite)
  const routes = routesOf(invite)
  if (target === null || routes === null) return null
  return {
    callId: invite.callId,
    localTag,
    remoteTag: invite.fromTag,
    local: `${headerOf(invite, 'to') ?? ''};tag=${localTag}`,
    remote: headerOf(invite, 'from') ?? '',
    target,
    routes,
    localCseq: 0,
    remoteCseq: invite.cseq,
  }
}

/** The dialog that the 2xx to an INVITE of ours makes. */
export function dialogOfAnswer(response: SipResponse): Dialog | null {
  const target = contactOf(response)
  const routes = routesOf(response)
  if (target === null || routes === null) return null
  return {
    callId: response.callId,
    localTag: response.fromTag,
    remoteTag: response.toTag,
    local: headerOf(response, 'from') ?? '',
    remote: headerOf(response, 'to') ?? '',
    target,
    routes: routes.reverse(),
    localCseq: response.cseq,
    remoteCseq: null,
  }
}

/** False for a request older than one already seen (12.2.2), which is answered 500. */
export function takeCseq(dialog: Dialog, request: SipRequest): boolean {
  if (dialog.remoteCseq !== null && request.cseq <= dialog.remoteCseq) return false
  dialog.remoteCseq = request.cseq
  return true
}

/** Where the next request must be sent: the first route, or the far end itself. */
export function nextHop(dialog: Dialog): SipUri | null {
  const [first] = dialog.routes
  return parseUri(first === undefined ? dialog.target : (parseNameAddr(first)?.uri ?? ''))
}

export interface RequestParts {
  readonly headers?: readonly Header[]
  readonly body?: Uint8Array
  /** Of the INVITE that an ACK belongs to; a new one otherwise. */
  readonly cseq?: number
}

/** A request inside the dialog; loose routes stand in Route, a strict first one takes the place of the target (12.2.1.1). */
export function requestInDialog(dialog: Dialog, method: string, via: string, parts: RequestParts = {}): Outgoing {
  const cseq = parts.cseq ?? ++dialog.localCseq
  const [first, ...others] = dialog.routes
  const firstAddress = first === undefined ? null : parseNameAddr(first)
  const strict = firstAddress !== null && !(parseUri(firstAddress.uri)?.params.has('lr') ?? true)
  const target = strict ? firstAddress.uri : dialog.target
  const routes = strict ? [...others, `<${dialog.target}>`] : dialog.routes
  return {
    startLine: `${method} ${target} SIP/2.0`,
    headers: [
      { name: 'via', value: via },
      ...routes.map(value => ({ name: 'route', value })),
      { name: 'max-forwards', value: '70' },
      { name: 'from', value: dialog.local },
      { name: 'to', value: dialog.remote },
      { name: 'call-id', value: dialog.callId },
      { name: 'cseq', value: `${cseq} ${method}` },
      ...(parts.headers ?? []),
    ],
    body: parts.body ?? EMPTY,
  }
}
