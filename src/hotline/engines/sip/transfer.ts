// Hands a call over to somebody else: REFER inside the dialog (RFC 3515), and the NOTIFYs that tell what came of it.
//
// A far end that hangs up once it has taken the REFER has carried the transfer out; many gateways say no more than that.
import { Buffer } from 'node:buffer'
import type { TransferResult } from '../../line.ts'
import type { Dialog } from './dialog.ts'
import type { DialogSender } from './dialog-sender.ts'
import { MAX_URI, TRANSFER_LIFE_MS } from './limits.ts'
import { headerOf, type SipRequest, type SipResponse } from './message.ts'
import { parseDecimal } from './scan.ts'
import { bracketed, parseNameAddr, parseUri } from './uri.ts'

/** The address to refer to: an address as it is, a number at the far end's own host; null when it is neither. */
export function referTarget(to: string, dialog: Dialog): string | null {
  if (to.includes(':')) return parseUri(to) === null || to.length > MAX_URI ? null : to
  const far = parseUri(dialog.target)
  if (!/^[+*#0-9A-Za-z_.-]{1,32}$/.test(to) || far === null) return null
  return `sip:${to.replaceAll('#', '%23')}@${bracketed(far.host)}${far.port === null ? '' : `:${far.port}`}`
}

export class Transfer {
  readonly #onResult: (result: TransferResult) => void
  readonly #timer: NodeJS.Timeout
  #taken = false
  #isOver = false

  constructor(sender: DialogSender, dialog: Dialog, target: string, onResult: (result: TransferResult) => void) {
    this.#onResult = onResult
    this.#timer = setTimeout(() => this.#over('refused'), TRANSFER_LIFE_MS)
    const headers = [
      { name: 'refer-to', value: `<${target}>` },
      { name: 'referred-by', value: `<${parseNameAddr(dialog.local)?.uri ?? 'sip:anonymous@anonymous.invalid'}>` },
      ...sender.headers(),
    ]
    void sender.send('REFER', { headers }, response => this.#answered(response))
  }

  /** True when a NOTIFY tells of this transfer. */
  notified(notify: SipRequest): boolean {
    if ((headerOf(notify, 'event') ?? '').split(';', 1)[0]?.trim().toLowerCase() !== 'refer') return false
    const status = fragmentStatus(notify.body)
    const terminated = (headerOf(notify, 'subscription-state') ?? '').trim().toLowerCase().startsWith('terminated')
    if (status !== null && status >= 200) this.#over(status < 300 ? 'accepted' : 'refused')
    else if (terminated) this.#over('refused')
    return true
  }

  /** The far end hung up; true when that was the transfer. */
  hungUp(): boolean {
    if (this.#isOver || !this.#taken) return false
    this.#over('accepted')
    return true
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  #answered(response: SipResponse | null): void {
    if (response === null || response.status >= 300) this.#over('refused')
    else if (response.status >= 200) {
      this.#taken = true
      // RFC 4488: no NOTIFY will come.
      if ((headerOf(response, 'refer-sub') ?? '').trim().toLowerCase() === 'false') this.#over('accepted')
    }
  }

  #over(result: TransferResult): void {
    if (this.#isOver) return
    this.close()
    this.#onResult(result)
  }
}

/** The status line a NOTIFY reports: `SIP/2.0 200 OK`. */
function fragmentStatus(body: Uint8Array): number | null {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 64)).toString('latin1')
  return text.startsWith('SIP/2.0 ') ? parseDecimal(text.slice(8, 11), 3) : null
}
