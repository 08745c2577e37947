// Says that we are still there: by UPDATE where the far end knows it, else by a re-INVITE that changes nothing (RFC 4028 7.4).

import { SUPPORTED } from './capabilities.ts'
import { contactOf } from './dialog.ts'
import type { DialogSender } from './dialog-sender.ts'
import { MAX_REFRESH_TRIES, REFRESH_RETRY_MS } from './limits.ts'
import { EMPTY, type SipResponse } from './message.ts'
import type { Session } from './session.ts'
import type { SessionTimer } from './session-timer.ts'

export class SessionRefresh {
  readonly #sender: DialogSender
  readonly #session: Session
  readonly #timer: SessionTimer
  readonly #onLost: () => void
  #byUpdate: boolean
  #isInviting = false
  #isClosed = false
  #tries = 0
  #retry: NodeJS.Timeout | null = null
  #acknowledged = 0

  /** `onLost`: the far end does not know the call any more, or does not answer. */
  constructor(
    sender: DialogSender,
    session: Session,
    timer: SessionTimer,
    { byUpdate, onLost }: { byUpdate: boolean; onLost: () => void },
  ) {
    this.#sender = sender
    this.#session = session
    this.#timer = timer
    this.#byUpdate = byUpdate
    this.#onLost = onLost
  }

  /** A re-INVITE of ours is under way, so that one of theirs has to wait. */
  get isInviting(): boolean {
    return this.#isInviting
  }

  start(): void {
    this.#tries = 0
    this.#send()
  }

  close(): void {
    this.#isClosed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
  }

  #send(): void {
    if (this.#isClosed || this.#tries >= MAX_REFRESH_TRIES) return
    this.#tries++
    const method = this.#byUpdate ? 'UPDATE' : 'INVITE'
    const body = this.#byUpdate ? EMPTY : this.#session.offerAgain()
    this.#isInviting = !this.#byUpdate
    const headers = [...this.#sender.headers(body), SUPPORTED, ...this.#timer.headers()]
    void this.#sender.send(method, { headers, body }, response => this.#answered(method, response))
  }

  #answered(method: string, response: SipResponse | null): void {
    if (response !== null && response.status < 200) return
    const taken = response !== null && response.status < 300
    if (taken && method === 'INVITE') {
      void this.#sender.acknowledge(response.cseq)
      // A 2xx that is repeated wants its ACK again, and nothing else.
      if (this.#acknowledged === response.cseq) return
      this.#acknowledged = response.cseq
      this.#session.take(response)
    }
    this.#isInviting = false
    this.#session.withdraw()
    if (this.#isClosed) return
    if (taken) {
      this.#sender.retarget(contactOf(response))
      this.#timer.refreshed(response)
    } else if (response === null || response.status === 481 || response.status === 408) this.#onLost()
    else this.#tryAgain(response)
  }

  /** What else it may be is left to the timer: the call goes on until it has expired. */
  #tryAgain(response: SipResponse): void {
    const { status } = response
    if (status === 422) {
      this.#timer.raise(response)
      this.#send()
    } else if (this.#byUpdate && (status === 405 || status === 501)) {
      this.#byUpdate = false
      this.#send()
    } else if (status === 491 || status === 500 || status === 503) {
      // Whoever did not begin the call comes first, so that both do not collide again (RFC 3261 14.1).
      this.#retry = setTimeout(() => this.#send(), Math.random() * REFRESH_RETRY_MS).unref()
    }
  }
}
