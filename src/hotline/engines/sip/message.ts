// What a SIP message is once it was read: start line, headers by long lower-case name, body, and the fields every message has.
import type { Params } from './scan.ts'
import { splitOutside } from './scan.ts'

export interface Header {
  /** Lower case, long form (`via`, never `v`). */
  readonly name: string
  /** Bytes as Latin-1, so that what is echoed is echoed unchanged. */
  readonly value: string
}

export interface Via {
  readonly transport: string
  readonly host: string
  readonly port: number | null
  readonly params: Params
  /** As it stood in the message. */
  readonly text: string
}

/** The fields without which nothing can be answered. */
export interface Basics {
  readonly via: Via
  readonly callId: string
  readonly cseq: number
  readonly cseqMethod: string
  readonly fromTag: string
  /** Empty when the message has none. */
  readonly toTag: string
}

export interface SipRequest extends Basics {
  readonly kind: 'request'
  readonly method: string
  readonly uri: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export interface SipResponse extends Basics {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

/** A message before it is turned into bytes; `Content-Length` is added then. */
export interface Outgoing {
  readonly startLine: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export const EMPTY = new Uint8Array(0)

export function headerOf(message: { readonly headers: readonly Header[] }, name: string): string | null {
  for (const header of message.headers) if (header.name === name) return header.value
  return null
}

/** All values of a header that is a list, whether on one line or on several; malformed lines are left out. */
export function listOf(message: { readonly headers: readonly Header[] }, name: string): string[] {
  const values: string[] = []
  for (const header of message.headers) {
    if (header.name === name)
      for (const item of splitOutside(header.value, ',') ?? []) if (item !== '') values.push(item)
  }
  return values
}

/** Whether a list header of tokens (`Supported`, `Recv-Info`) has this token. */
export function hasToken(message: { readonly headers: readonly Header[] }, name: string, token: string): boolean {
  return listOf(message, name).some(item => (item.split(';', 1)[0] ?? '').trim().toLowerCase() === token)
}

/** The media type of the body, lower case and without parameters. */
export function contentTypeOf(message: { readonly headers: readonly Header[] }): string {
  return (headerOf(message, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}
