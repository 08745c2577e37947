// One call from a caller: the signalling of its dialog, and the line that a dialogue talks over.
//
// ringing -> answering (200 sent, repeated by the transaction until the ACK) -> up -> over.
// The line ends once, by whoever is first: BYE, CANCEL, our hang-up, silence of the media, no ACK. When we end it before
// the ACK came, our BYE waits for the ACK (RFC 3261 15), after the line is already over for the dialogue.
import { randomUUID } from 'node:crypto'
import type { LineQuality, Playback, ReleaseCause, TransferResult } from '../../line.ts'
import { type CallFacts, type Caption, type ClipName, HangUp, type Key, type Line } from '../../line.ts'
import { ACCEPT_SDP, ALLOW, unsupportedBy } from './capabilities.ts'
import { CAPTION_PACKAGE, CaptionSender } from './captions.ts'
import { contactOf, type Dialog, type RequestParts, takeCseq } from './dialog.ts'
import { DialogSender } from './dialog-sender.ts'
import { calledOf, callerOf } from './identity.ts'
import { readInfoKey } from './info-keys.ts'
import { createKeyGate, type KeyWay } from './key-gate.ts'
import { MAX_EARLY_KEYS } from './limits.ts'
import type { MediaPort } from './media/media-thread.ts'
import { contentTypeOf, EMPTY, hasToken, headerOf, type SipRequest } from './message.ts'
import { ourAddress } from './our-address.ts'
import { answerOffer, type LocalMedia, makeOffer, type RemoteMedia, readAnswer } from './sdp.ts'
import type { Arrived, OnResponse, SipLog, Stack } from './stack.ts'
import { referTarget, Transfer } from './transfer.ts'

/** What a call needs from the engine. */
export interface CallContext {
  readonly stack: Stack
  readonly publicAddress: string
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
  readonly #sessionId = Math.floor(Date.now() / 1_000)
  #sessionVersion = 1
  #state: State = 'ringing'
  #cause: ReleaseCause | null = null
  #quality: LineQuality | null = null
  #remote: RemoteMedia | null
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
    this.#remote = remote
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
      codec: this.#remote?.codec ?? 'PCMA',
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
    if (this.#state === 'ringing') this.#context.stack.respond(this.#invite, 180, this.#sender.reply())
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

  /** Ends the line for everybody; only the first cause counts. `theirs`: the far end has ended the dialog already. */
  end(cause: ReleaseCause, theirs = cause === 'caller'): void {
    if (this.#cause !== null) return
    this.#cause = cause
    const before = this.#state
    this.#state = 'over'
    this.#captions?.close()
    for (const waiter of this.#answering) waiter.reject(new HangUp(cause))
    this.#answering = []
    this.#transfer?.process.close()
    this.#transfer?.reject(new HangUp(cause))
    this.#transfer = null
    if (before === 'ringing') {
      // Busy is what a caller understands; a call the caller gave up was answered 487 already.
      if (cause !== 'caller')
        this.#context.stack.respond(this.#invite, cause === 'shutdown' ? 503 : 486, this.#sender.reply())
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
    if (pending.late && !this.#takeLateAnswer(ack)) {
      this.#context.log.warn({ callId: this.#callId }, 'the ACK brought no usable answer')
      this.end('network')
      return
    }
    if (this.#state !== 'answering') return
    this.#state = 'up'
    this.#captions?.open()
    for (const waiter of this.#answering) waiter.resolve()
    this.#answering = []
  }

  #takeLateAnswer(ack: SipRequest): boolean {
    const remote = contentTypeOf(ack) === 'application/sdp' ? readAnswer(ack.body) : null
    if (remote === null) return false
    this.#connect(remote)
    return true
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

  /** re-INVITE and UPDATE: hold, resume, another codec, another address. */
  #renegotiate(arrived: Arrived): void {
    const { request, key } = arrived
    const { stack } = this.#context
    const invite = request.method === 'INVITE'
    if (key === null) return
    if ((invite && this.#unconfirmed !== null) || (invite && this.#state !== 'up')) {
      stack.respond(arrived, 500, { headers: [{ name: 'retry-after', value: '2' }] })
      return
    }
    const refused = refusedBody(request)
    if (refused) {
      stack.respond(arrived, 415, { headers: [ACCEPT_SDP] })
      return
    }
    const offered = request.body.length > 0
    this.#sessionVersion++
    const answer = offered ? answerOffer(request.body, this.#local()) : null
    if (offered && answer === null) {
      stack.respond(arrived, 488)
      return
    }
    this.#sender.retarget(contactOf(request))
    if (answer !== null) this.#connect(answer.remote)
    if (invite) this.#unconfirmed = { key, cseq: request.cseq, late: !offered }
    const body = answer?.body ?? (invite ? makeOffer(this.#local()) : EMPTY)
    stack.respond(arrived, 200, this.#sender.reply(body))
  }

  #info(arrived: Arrived): void {
    const { request } = arrived
    const { stack } = this.#context
    if (headerOf(request, 'info-package') !== null) {
      stack.respond(arrived, 469)
      return
    }
    const read = readInfoKey(request)
    if (read === null && request.body.length > 0) {
      stack.respond(arrived, 415, { headers: [{ name: 'accept', value: 'application/dtmf-relay, application/dtmf' }] })
      return
    }
    stack.respond(arrived, 200)
    if (read !== null && read.key !== null) this.key(read.key, 'info', Date.now())
  }

  #notified(notify: SipRequest): number {
    if (this.#transfer === null) return headerOf(notify, 'event')?.startsWith('refer') === true ? 481 : 489
    return this.#transfer.process.notified(notify) ? 200 : 489
  }

  // ---- inside ----

  #accept(): void {
    const { key, request } = this.#invite
    if (key === null) return
    const answer = request.body.length > 0 ? answerOffer(request.body, this.#local()) : null
    this.#state = 'answering'
    this.#unconfirmed = { key, cseq: request.cseq, late: answer === null }
    this.#context.stack.respond(this.#invite, 200, this.#sender.reply(answer?.body ?? makeOffer(this.#local())))
    if (answer !== null) this.#connect(answer.remote)
  }

  #connect(remote: RemoteMedia): void {
    this.#remote = remote
    this.#media.connect(remote)
  }

  #local(): LocalMedia {
    const address = ourAddress(this.#context.publicAddress, this.#invite.source.address)
    return { sessionId: this.#sessionId, version: this.#sessionVersion, address, port: this.#media.port }
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

/** Whether a body is something else than a session description. */
export function refusedBody(request: SipRequest): boolean {
  return request.body.length > 0 && contentTypeOf(request) !== 'application/sdp'
}
