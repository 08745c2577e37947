// One call from a caller: the signalling of its dialog, and the line that a dialogue talks over.
//
// ringing -> answering (200 sent, repeated by the transaction until the ACK) -> up -> over.
// The line ends once, by whoever is first: BYE, CANCEL, our hang-up, silence of the media, no ACK. When we end it before
// the ACK came, our BYE waits for the ACK (RFC 3261 15), after the line is already over for the dialogue.
import { randomUUID } from 'node:crypto'
import type { LineQuality, Playback, ReleaseCause, TransferResult } from '../../line.ts'
import { type CallFacts, type Caption, type ClipName, HangUp, type Key, type Line } from '../../line.ts'
import { ACCEPT_SDP, ALLOW, SUPPORTED, unsupportedBy } from './capabilities.ts'
import { CAPTION_PACKAGE, CaptionSender } from './captions.ts'
import { contactOf, type Dialog, type RequestParts, takeCseq } from './dialog.ts'
import { DialogSender } from './dialog-sender.ts'
import { calledOf, callerOf } from './identity.ts'
import { answerToInfo } from './info-keys.ts'
import { createKeyGate, type KeyWay } from './key-gate.ts'
import { MAX_EARLY_KEYS } from './limits.ts'
import type { MediaPort } from './media/media-thread.ts'
import { contentTypeOf, EMPTY, type Header, hasToken, headerOf, type SipRequest } from './message.ts'
import { ourAddress } from './our-address.ts'
import { ReliableRinging } from './reliable-ringing.ts'
import type { RemoteMedia } from './sdp.ts'
import { Session } from './session.ts'
import { SessionRefresh } from './session-refresh.ts'
import { SessionTimer, tooShortSession } from './session-timer.ts'
import type { Arrived, OnResponse, SipLog, Stack } from './stack.ts'
import { referTarget, Transfer } from './transfer.ts'

/** What a call needs from the engine. */
export interface CallContext {
  readonly stack: Stack
  readonly publicAddress: string
  /** Session timers shorter than this are refused. */
  readonly minSessionS: number
  readonly log: SipLog
  /** The line is over. */
  onOver(call: SipCall): void
  /** The dialog is over too: nothing more can arrive for it. */
  onGone(call: SipCall): void
}

type State = 'ringing' | 'answering' | 'up' | 'over'

interface Waiter {
  resolve(): void
  reject(error: HangUp): void
}

export class SipCall implements Line {
  readonly inviteKey: string | null
  readonly dialog: Dialog
  readonly #context: CallContext
  readonly #invite: Arrived
  readonly #sender: DialogSender
  readonly #media: MediaPort
  readonly #captions: CaptionSender | null
  readonly #keyGate = createKeyGate()
  readonly #callId = randomUUID()
  readonly #session: Session
  readonly #timer: SessionTimer
  readonly #refresh: SessionRefresh
  readonly #ringing: ReliableRinging
  /** Answered while the PRACK with the answer to our offer is awaited. */
  #acceptWaits = false
  #state: State = 'ringing'
  #cause: ReleaseCause | null = null
  #quality: LineQuality | null = null
  /** The INVITE (or re-INVITE) answered by a 200 whose ACK is awaited, and whether that ACK brings the SDP answer. */
  #unconfirmed: { readonly key: string; readonly cseq: number; readonly late: boolean } | null = null
  #transfer: { readonly process: Transfer; reject(error: HangUp): void } | null = null
  #byeWaits = false
  #isGone = false
  #answering: Waiter[] = []
  #onKey: ((key: Key, at: number) => void) | null = null
  #onEnd: ((cause: ReleaseCause, quality: LineQuality) => void) | null = null
  #earlyKeys: { key: Key; at: number }[] = []

  /** `remote` is what the INVITE offered, null for a late offer. */
  constructor(context: CallContext, invite: Arrived, dialog: Dialog, media: MediaPort, remote: RemoteMedia | null) {
    this.#context = context
    this.#invite = invite
    this.inviteKey = invite.key
    this.dialog = dialog
    this.#sender = new DialogSender(context.stack, dialog, invite)
    this.#media = media
    this.#session = new Session(media, ourAddress(context.publicAddress, invite.source.address), remote)
    this.#ringing = new ReliableRinging(context.stack, invite, this.#sender, this.#session)
    this.#timer = new SessionTimer({
      onRefresh: () => this.#refresh.start(),
      onExpired: () => this.end('sessionExpired'),
    })
    this.#refresh = new SessionRefresh(this.#sender, this.#session, this.#timer, {
      byUpdate: hasToken(invite.request, 'allow', 'update'),
      onLost: () => this.end('network'),
    })
    const captioned = hasToken(invite.request, 'recv-info', CAPTION_PACKAGE)
    const send = (parts: RequestParts, onResponse: OnResponse): void =>
      void this.#sender.send('INFO', parts, onResponse)
    this.#captions = captioned ? new CaptionSender(send, () => this.end('network')) : null
    context.stack.hold(invite.source)
  }

  // ---- the line ----

  get facts(): CallFacts {
    const { request, source } = this.#invite
    return {
      callId: this.#callId,
      caller: callerOf(request),
      called: calledOf(request),
      engine: 'sip',
      trunk: source.address,
      codec: this.#session.codec,
    }
  }

  answer(): Promise<void> {
    if (this.#cause !== null) return Promise.reject(new HangUp(this.#cause))
    if (this.#state === 'up') return Promise.resolve()
    if (this.#state === 'ringing') this.#accept()
    return new Promise((resolve, reject) => this.#answering.push({ resolve, reject }))
  }

  play(clips: readonly ClipName[]): Playback {
    if (this.#cause !== null) {
      const done = Promise.reject(new HangUp(this.#cause))
      done.catch(() => undefined)
      return { done, stop: () => undefined }
    }
    return this.#media.play(clips)
  }

  onKey(listener: (key: Key, at: number) => void): void {
    this.#onKey = listener
    const early = this.#earlyKeys
    this.#earlyKeys = []
    for (const { key, at } of early) listener(key, at)
  }

  onEnd(listener: (cause: ReleaseCause, quality: LineQuality) => void): void {
    this.#onEnd = listener
    this.#tellEnd()
  }

  caption(caption: Caption): void {
    if (this.#cause === null) this.#captions?.push(caption)
  }

  transfer(to: string): Promise<TransferResult> {
    if (this.#cause !== null) return Promise.reject(new HangUp(this.#cause))
    const target = referTarget(to, this.dialog)
    if (this.#state !== 'up' || this.#transfer !== null || target === null) return Promise.resolve('refused')
    return new Promise((resolve, reject) => {
      const process = new Transfer(this.#sender, this.dialog, target, result => {
        this.#transfer = null
        resolve(result)
      })
      this.#transfer = { process, reject }
    })
  }

  hangUp(): void {
    this.end('completed')
  }

  // ---- what happens to the call ----

  ring(): void {
    if (this.#state === 'ringing') this.#ringing.ring()
  }

  /** A key as the media thread or an INFO reports it; A–D are no keys of a hotline. */
  key(pressed: string, way: KeyWay, at: number): void {
    const key = asKey(pressed)
    if (key === null || this.#cause !== null || !this.#keyGate.accepts(key, way, at)) return
    if (this.#onKey !== null) this.#onKey(key, at)
    else if (this.#earlyKeys.length < MAX_EARLY_KEYS) this.#earlyKeys.push({ key, at })
  }

  cancelled(): void {
    if (this.#state !== 'ringing') return
    this.#context.stack.respond(this.#invite, 487, this.#sender.reply())
    this.end('caller')
  }

  /** Whether this is the INVITE or re-INVITE whose ACK is awaited. */
  awaitsAck(inviteKey: string): boolean {
    return this.#unconfirmed?.key === inviteKey
  }

  /** The 200 to an INVITE or re-INVITE of this call was never acknowledged. */
  unacknowledged(): void {
    this.#unconfirmed = null
    this.end('network')
    if (this.#byeWaits) this.#bye()
  }

  /** The far end wanted to acknowledge that we ring, and never did. */
  ringingUnheard(): void {
    if (this.#state === 'ringing') this.end('network')
  }

  /** Ends the line for everybody; only the first cause counts. `theirs`: the far end has ended the dialog already. */
  end(cause: ReleaseCause, theirs = cause === 'caller'): void {
    if (this.#cause !== null) return
    this.#cause = cause
    const before = this.#state
    this.#state = 'over'
    this.#captions?.close()
    this.#timer.close()
    this.#refresh.close()
    for (const waiter of this.#answering) waiter.reject(new HangUp(cause))
    this.#answering = []
    this.#transfer?.process.close()
    this.#transfer?.reject(new HangUp(cause))
    this.#transfer = null
    if (before === 'ringing') {
      // A call the caller gave up was answered 487 already.
      if (cause !== 'caller') this.#context.stack.respond(this.#invite, refusalFor(cause), this.#sender.reply())
      this.#gone()
    } else if (theirs) this.#gone()
    else if (before === 'answering' && this.#unconfirmed !== null) this.#byeWaits = true
    else this.#bye()
    this.#context.onOver(this)
    void this.#media.close(cause).then(quality => {
      this.#quality = quality
      this.#context.log.info({ callId: this.#callId, cause, ...quality }, 'call over')
      this.#tellEnd()
    })
  }

  // ---- requests inside the dialog ----

  receive(arrived: Arrived): void {
    const { request } = arrived
    const { stack } = this.#context
    const unsupported = unsupportedBy(request)
    if (request.method === 'ACK') this.#acknowledged(request)
    else if (!takeCseq(this.dialog, request))
      stack.respond(arrived, 500, { headers: [{ name: 'retry-after', value: '1' }] })
    else if (request.method === 'BYE') this.#hungUp(arrived)
    else if (this.#cause !== null) stack.respond(arrived, 481)
    else if (unsupported !== null) stack.respond(arrived, 420, { headers: [unsupported] })
    else if (request.method === 'INVITE' || request.method === 'UPDATE') this.#renegotiate(arrived)
    else if (request.method === 'PRACK') this.#ringingHeard(arrived)
    else if (request.method === 'INFO') this.#info(arrived)
    else if (request.method === 'NOTIFY') stack.respond(arrived, this.#notified(request))
    else if (request.method === 'OPTIONS') stack.respond(arrived, 200, { headers: [ALLOW, ACCEPT_SDP] })
    else stack.respond(arrived, 405, { headers: [ALLOW] })
  }

  #acknowledged(ack: SipRequest): void {
    const pending = this.#unconfirmed
    if (pending === null || ack.cseq !== pending.cseq) return
    this.#unconfirmed = null
    this.#context.stack.confirm(pending.key)
    if (this.#byeWaits) {
      this.#bye()
      return
    }
    if (this.#cause !== null) return
    if (pending.late && !this.#session.take(ack)) {
      this.#context.log.warn({ callId: this.#callId }, 'the ACK brought no usable answer')
      this.end('network')
      return
    }
    if (this.#state === 'answering') this.#confirmed()
  }

  /** Both ends know that the call is up. */
  #confirmed(): void {
    this.#state = 'up'
    this.#captions?.open()
    for (const waiter of this.#answering) waiter.resolve()
    this.#answering = []
  }

  #hungUp(arrived: Arrived): void {
    this.#context.stack.respond(arrived, 200)
    if (this.#unconfirmed !== null) this.#context.stack.confirm(this.#unconfirmed.key)
    this.#unconfirmed = null
    // Whoever took our REFER hangs up when it has the caller elsewhere.
    const handedOver = this.#transfer?.process.hungUp() ?? false
    if (this.#cause === null) this.end(handedOver ? 'completed' : 'caller', true)
    else this.#gone()
  }

  /** re-INVITE and UPDATE: hold, resume, another codec, another address, or only that they are still there. */
  #renegotiate(arrived: Arrived): void {
    const { request, key } = arrived
    const { stack } = this.#context
    const invite = request.method === 'INVITE'
    const refusal = this.#refusal(request)
    if (key === null) return
    if (refusal !== null) {
      stack.respond(arrived, refusal.status, { headers: refusal.headers })
      return
    }
    const offered = request.body.length > 0
    const answer = offered ? this.#session.answer(request.body) : null
    if (offered && answer === null) {
      stack.respond(arrived, 488)
      return
    }
    this.#sender.retarget(contactOf(request))
    if (invite) {
      // The ACK to the 200 before was lost: whoever goes on has seen that 200.
      if (this.#unconfirmed !== null) stack.confirm(this.#unconfirmed.key)
      if (this.#state === 'answering') this.#confirmed()
      this.#unconfirmed = { key, cseq: request.cseq, late: !offered }
    }
    const body = answer ?? (invite ? this.#session.offer() : EMPTY)
    stack.respond(arrived, 200, this.#sender.reply(body, [SUPPORTED, ...this.#timer.agree(request)]))
  }

  /** Why a re-INVITE or UPDATE cannot be taken now. */
  #refusal(request: SipRequest): { status: number; headers: Header[] } | null {
    const invite = request.method === 'INVITE'
    const offered = request.body.length > 0
    // Two offers at once (RFC 3261 14.2, RFC 3311 5.2): ours goes first, and so does theirs that is not answered yet.
    if ((invite && this.#refresh.isInviting) || ((invite || offered) && this.#session.isOffering)) {
      return { status: 491, headers: [] }
    }
    if (this.#state === 'ringing' && (invite || (offered && !this.#session.isAgreed))) {
      return { status: 500, headers: [{ name: 'retry-after', value: '2' }] }
    }
    if (refusedBody(request)) return { status: 415, headers: [ACCEPT_SDP] }
    const least = tooShortSession(request, this.#context.minSessionS)
    return least === null ? null : { status: 422, headers: [least] }
  }

  #ringingHeard(prack: Arrived): void {
    if (!this.#ringing.acknowledged(prack)) this.end('network')
    else if (this.#acceptWaits && !this.#session.isOffering) this.#accept()
  }

  #info(arrived: Arrived): void {
    const { status, headers, key } = answerToInfo(arrived.request)
    this.#context.stack.respond(arrived, status, { headers })
    if (key !== null) this.key(key, 'info', Date.now())
  }

  #notified(notify: SipRequest): number {
    if (this.#transfer === null) return headerOf(notify, 'event')?.startsWith('refer') === true ? 481 : 489
    return this.#transfer.process.notified(notify) ? 200 : 489
  }

  // ---- inside ----

  #accept(): void {
    const { key, request } = this.#invite
    if (key === null) return
    this.#acceptWaits = this.#session.isOffering
    if (this.#acceptWaits) return
    const late = request.body.length === 0 && !this.#session.isAgreed
    const body = late ? this.#session.offer() : this.#session.isAgreed ? EMPTY : this.#session.answer(request.body)
    this.#state = 'answering'
    this.#unconfirmed = { key, cseq: request.cseq, late }
    const headers = [SUPPORTED, ...this.#timer.agree(request)]
    this.#context.stack.respond(this.#invite, 200, this.#sender.reply(body ?? EMPTY, headers))
  }

  #bye(): void {
    this.#byeWaits = false
    void this.#sender.send('BYE', {}, response => {
      if (response === null || response.status >= 200) this.#gone()
    })
  }

  #gone(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#context.stack.release(this.#invite.source)
    this.#context.onGone(this)
  }

  #tellEnd(): void {
    const listener = this.#onEnd
    if (listener === null || this.#cause === null || this.#quality === null) return
    this.#onEnd = null
    const cause = this.#cause
    const quality = this.#quality
    queueMicrotask(() => listener(cause, quality))
  }
}

function asKey(text: string): Key | null {
  const keys: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']
  return keys.find(key => key === text) ?? null
}

/** Busy is what a caller understands. */
function refusalFor(cause: ReleaseCause): number {
  return cause === 'shutdown' ? 503 : cause === 'network' ? 504 : 486
}

/** Whether a body is something else than a session description. */
export function refusedBody(request: SipRequest): boolean {
  return request.body.length > 0 && contentTypeOf(request) !== 'application/sdp'
}
