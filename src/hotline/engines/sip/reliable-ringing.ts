// Says that the call rings: once, or until the far end has acknowledged it where both can do that (RFC 3262).
//
// To an INVITE without an offer the first reliable answer has to bring ours, and its PRACK the answer.
import { contactOf } from './dialog.ts'
import type { DialogSender } from './dialog-sender.ts'
import { EMPTY, type Header, hasToken, headerOf, type SipRequest } from './message.ts'
import type { Session } from './session.ts'
import type { Arrived, Stack } from './stack.ts'

const RSEQ = 1

export class ReliableRinging {
  readonly #stack: Stack
  readonly #invite: Arrived
  readonly #sender: DialogSender
  readonly #session: Session
  #isReliable = false

  constructor(stack: Stack, invite: Arrived, sender: DialogSender, session: Session) {
    this.#stack = stack
    this.#invite = invite
    this.#sender = sender
    this.#session = session
  }

  ring(): void {
    const { request } = this.#invite
    const required = hasToken(request, 'require', '100rel')
    const late = request.body.length === 0
    // With a late offer the early answer costs a round trip, so only who insists gets it.
    this.#isReliable = required || (!late && hasToken(request, 'supported', '100rel'))
    if (!this.#isReliable) {
      this.#stack.respond(this.#invite, 180, this.#sender.reply())
      return
    }
    const headers: Header[] = [
      { name: 'require', value: '100rel' },
      { name: 'rseq', value: String(RSEQ) },
    ]
    this.#stack.respondReliably(this.#invite, 180, this.#sender.reply(late ? this.#session.offer() : EMPTY, headers))
  }

  /** Answers a PRACK; false when it should have brought the answer to our offer and did not. */
  acknowledged(prack: Arrived): boolean {
    const { request } = prack
    if (!this.#isReliable || !this.#isMeant(request)) {
      this.#stack.respond(prack, 481)
      return true
    }
    this.#stack.ringingHeard(this.#invite)
    if (this.#session.isOffering && !this.#session.take(request)) {
      this.#stack.respond(prack, 488)
      return false
    }
    this.#sender.retarget(contactOf(request))
    this.#stack.respond(prack, 200)
    return true
  }

  #isMeant(prack: SipRequest): boolean {
    const [rseq, cseq, method, more] = (headerOf(prack, 'rack') ?? '').trim().split(/\s+/, 4)
    const { request } = this.#invite
    return rseq === String(RSEQ) && Number(cseq) === request.cseq && method === 'INVITE' && more === undefined
  }
}
