// Sends what one call has to say inside its dialog, over the flow that leads to the far end now, and says who we are there.

import { ALLOW } from './capabilities.ts'
import { type Dialog, type RequestParts, requestInDialog } from './dialog.ts'
import type { Flow } from './flow.ts'
import { EMPTY, type Header } from './message.ts'
import { flowFor } from './route.ts'
import type { Arrived, OnResponse, Stack } from './stack.ts'

export class DialogSender {
  readonly #stack: Stack
  readonly #dialog: Dialog
  readonly #invite: Arrived
  #flow: Promise<Flow> | null = null

  constructor(stack: Stack, dialog: Dialog, invite: Arrived) {
    this.#stack = stack
    this.#dialog = dialog
    this.#invite = invite
  }

  async send(method: string, parts: RequestParts, onResponse: OnResponse): Promise<void> {
    const flow = await this.#flowNow()
    this.#stack.send(method, flow, via => requestInDialog(this.#dialog, method, via, parts), onResponse)
  }

  /** The ACK to a 2xx of ours. */
  async acknowledge(cseq: number, body?: { headers: readonly Header[]; body: Uint8Array }): Promise<void> {
    const flow = await this.#flowNow()
    this.#stack.sendAck(flow, via => requestInDialog(this.#dialog, 'ACK', via, { cseq, ...body }))
  }

  /** The far end may be somewhere else now. */
  retarget(contact: string | null): void {
    this.#dialog.target = contact ?? this.#dialog.target
    this.#flow = null
  }

  /** Our Contact, and what comes with a session description. */
  headers(body: Uint8Array = EMPTY): Header[] {
    const headers = [{ name: 'contact', value: `<${this.#contact()}>` }, ALLOW]
    if (body.length > 0) headers.push({ name: 'content-type', value: 'application/sdp' })
    return headers
  }

  reply(
    body: Uint8Array = EMPTY,
    more: readonly Header[] = [],
  ): { toTag: string; headers: Header[]; body: Uint8Array } {
    return { toTag: this.#dialog.localTag, headers: [...this.headers(body), ...more], body }
  }

  #contact(): string {
    const { source, request } = this.#invite
    const sentBy = this.#stack.sentBy(source)
    // Who was called by a secured address is called back by one (RFC 3261 12.1.1).
    if (request.uri.toLowerCase().startsWith('sips:')) return `sips:${sentBy}`
    return `sip:${sentBy}${source.transport === 'udp' ? '' : `;transport=${source.transport}`}`
  }

  async #flowNow(): Promise<Flow> {
    this.#flow ??= this.#chooseFlow()
    const flow = await this.#flow
    if (this.#stack.isOpen(flow)) return flow
    this.#flow = this.#chooseFlow()
    return this.#flow
  }

  #chooseFlow(): Promise<Flow> {
    const { source, request } = this.#invite
    const translated = request.via.params.has('rport') && request.via.host !== source.address
    return flowFor(this.#stack, this.#dialog, source, translated)
  }
}
