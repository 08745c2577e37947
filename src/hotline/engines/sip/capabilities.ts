// What both ends of ours can do, as headers say it.
import { type Header, listOf, type SipRequest } from './message.ts'

export const ALLOW: Header = { name: 'allow', value: 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, NOTIFY' }
export const ACCEPT_SDP: Header = { name: 'accept', value: 'application/sdp' }

/** Extensions a far end may require of us. */
const EXTENSIONS: readonly string[] = ['100rel', 'timer']
export const SUPPORTED: Header = { name: 'supported', value: EXTENSIONS.join(', ') }

/** What a 420 has to say; null when everything that is required can be had. */
export function unsupportedBy(request: SipRequest): Header | null {
  const unknown = listOf(request, 'require').filter(extension => !EXTENSIONS.includes(extension.toLowerCase()))
  return unknown.length === 0 ? null : { name: 'unsupported', value: unknown.join(', ') }
}
