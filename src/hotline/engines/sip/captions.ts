// Shows captions to a telephone that asked for them: in-dialog INFO requests (RFC 6086), one at a time and in order.
//
// A caption never holds a PIN digit: whoever makes it writes dots for a secret entry. Nothing here may add one.
import { Buffer } from 'node:buffer'
import type { Caption } from '../../line.ts'
import type { RequestParts } from './dialog.ts'
import { MAX_CAPTION_BYTES, MAX_WAITING_CAPTIONS } from './limits.ts'
import type { OnResponse } from './stack.ts'

export const CAPTION_PACKAGE = 'dianka-caption'

export class CaptionSender {
  readonly #send: (parts: RequestParts, onResponse: OnResponse) => void
  readonly #onGone: () => void
  readonly #waiting: Caption[] = []
  #busy = false
  #open = false

  /** `onGone` is called when the far end does not know the call any more. */
  constructor(send: (parts: RequestParts, onResponse: OnResponse) => void, onGone: () => void) {
    this.#send = send
    this.#onGone = onGone
  }

  /** The call is up: what waits may be sent. */
  open(): void {
    this.#open = true
    this.#next()
  }

  close(): void {
    this.#open = false
    this.#waiting.length = 0
  }

  push(caption: Caption): void {
    // A telephone that answers too slowly loses the oldest captions, not the newest.
    if (this.#waiting.length >= MAX_WAITING_CAPTIONS) this.#waiting.shift()
    this.#waiting.push(caption)
    this.#next()
  }

  #next(): void {
    if (!this.#open || this.#busy) return
    const caption = this.#waiting.shift()
    if (caption === undefined) return
    this.#busy = true
    const headers = [
      { name: 'info-package', value: CAPTION_PACKAGE },
      { name: 'content-disposition', value: 'Info-Package' },
      { name: 'content-type', value: 'application/json' },
    ]
    this.#send({ headers, body: Buffer.from(JSON.stringify(shortened(caption)), 'utf8') }, response => {
      if (response !== null && response.status < 200) return
      this.#busy = false
      if (response?.status === 481) this.#onGone()
      // A telephone that does not answer or wants no more is left alone; the call itself goes on.
      if (response === null || response.status >= 300) this.close()
      this.#next()
    })
  }
}

/** One caption fits one datagram. */
function shortened(caption: Caption): Caption {
  if (caption.type !== 'say' && caption.type !== 'entry') return caption
  let characters = [...caption.text]
  while (Buffer.byteLength(characters.join('')) > MAX_CAPTION_BYTES) {
    characters = [...characters.slice(0, Math.floor((characters.length - 1) * 0.9)), '…']
  }
  return { ...caption, text: characters.join('') }
}
