// What both ends of a call have agreed about its sound: offers and answers, in whichever message they travel (RFC 3264).

import type { MediaPort } from './media/media-thread.ts'
import { contentTypeOf, type Header, type SipMessage } from './message.ts'
import { answerOffer, type LocalMedia, makeOffer, type RemoteMedia, readAnswer } from './sdp.ts'

export class Session {
  readonly #media: MediaPort
  readonly #address: string
  readonly #id = Math.floor(Date.now() / 1_000)
  #version = 0
  #remote: RemoteMedia | null
  #ours: Uint8Array | null = null
  #isOffering = false
  #isAgreed = false

  /** `remote` is what the INVITE offered, null for a late offer; `address` is ours. */
  constructor(media: MediaPort, address: string, remote: RemoteMedia | null) {
    this.#media = media
    this.#address = address
    this.#remote = remote
  }

  get codec(): string {
    return this.#remote?.codec ?? 'PCMA'
  }

  /** An offer of ours waits for its answer. */
  get isOffering(): boolean {
    return this.#isOffering
  }

  /** Both ends have said what they want. */
  get isAgreed(): boolean {
    return this.#isAgreed
  }

  /** The answer to an offer, in use from now on; null when there is nothing to agree on, and then all stays as it was. */
  answer(offer: Uint8Array): Uint8Array | null {
    const answer = answerOffer(offer, this.#local(this.#version + 1))
    if (answer === null) return null
    this.#version++
    this.#connect(answer.remote)
    this.#ours = answer.body
    return answer.body
  }

  offer(): Uint8Array {
    this.#version++
    this.#isOffering = true
    this.#ours = makeOffer(this.#local(this.#version))
    return this.#ours
  }

  /** Offers what was agreed once more, so that nothing changes. */
  offerAgain(): Uint8Array {
    if (this.#ours === null) return this.offer()
    this.#isOffering = true
    return this.#ours
  }

  /** Nobody will answer our offer. */
  withdraw(): void {
    this.#isOffering = false
  }

  /** Takes the answer to our offer from the message that should bring it; false when it brings none that can be used. */
  take(message: SipMessage): boolean {
    const remote = contentTypeOf(message) === 'application/sdp' ? readAnswer(message.body) : null
    this.#isOffering = false
    if (remote === null) return false
    this.#connect(remote)
    return true
  }

  #connect(remote: RemoteMedia): void {
    this.#remote = remote
    this.#isAgreed = true
    this.#media.connect(remote)
  }

  #local(version: number): LocalMedia {
    return { sessionId: this.#id, version, address: this.#address, port: this.#media.port }
  }
}

/** Says that a body is a session description. */
export const SDP: Header = { name: 'content-type', value: 'application/sdp' }
