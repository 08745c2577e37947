// Who calls and who is called, as the dialogues see it.
import type { SipRequest } from './message.ts'
import { headerOf, listOf } from './message.ts'
import { parseNameAddr, parseUri } from './uri.ts'

const MAX_NUMBER = 64

/** A number without visual separators; null when it is empty or not something to be shown or compared. */
function plainNumber(user: string): string | null {
  let plain = ''
  for (const c of user.slice(0, MAX_NUMBER)) {
    if (c === '-' || c === '.' || c === '(' || c === ')' || c === ' ') continue
    const code = c.charCodeAt(0)
    const letterOrDigit = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
    if (!letterOrDigit && c !== '+' && c !== '*' && c !== '#' && c !== '_') return null
    plain += c
  }
  return plain === '' || user.length > MAX_NUMBER ? null : plain
}

function userOf(nameAddr: string): string | null {
  const address = parseNameAddr(nameAddr)
  const uri = address === null ? null : parseUri(address.uri)
  if (uri === null || uri.host === 'anonymous.invalid' || uri.user.toLowerCase() === 'anonymous') return null
  return plainNumber(uri.user)
}

/** The caller's number: the one the network asserts, else the one the caller claims; null when it was withheld. */
export function callerOf(invite: SipRequest): string | null {
  const privacy = (headerOf(invite, 'privacy') ?? '').toLowerCase().split(/[;,]/)
  if (privacy.some(word => ['id', 'user', 'header'].includes(word.trim()))) return null
  const claimed = headerOf(invite, 'from') ?? ''
  // A caller who asked to stay unnamed stays so, although the network knows the number.
  if (parseUri(parseNameAddr(claimed)?.uri ?? '')?.user.toLowerCase() === 'anonymous') return null
  const [asserted] = listOf(invite, 'p-asserted-identity')
  return userOf(asserted ?? claimed)
}

/** The number called: the user part of the request address. */
export function calledOf(invite: SipRequest): string {
  const uri = parseUri(invite.uri)
  return (uri === null ? null : plainNumber(uri.user)) ?? ''
}
