// The server's operations as typed functions, and the ways in which a call can fail.

import { createClient } from '../kernel/client.ts'
import type { AppRegistry } from '../registry.ts'
import { connectionBack, connectionLost } from './connection.ts'
import { currentLanguage } from './language.ts'

/** The server said no, or failed: `message` is its sentence in the chosen language. */
export class ServerRefusal extends Error {
  readonly code: string
  readonly requestId: string
  constructor(code: string, message: string, requestId: string) {
    super(message)
    this.name = 'ServerRefusal'
    this.code = code
    this.requestId = requestId
  }
}

/** No answer at all. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('the server does not answer', { cause })
    this.name = 'Unreachable'
  }
}

const answerWithinMs = 30_000

export const api = createClient<AppRegistry>((name, input, { key }) =>
  ask(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
    body: JSON.stringify(input),
  }),
)

export interface Demonstration {
  demonstration: boolean
  signIns: { name: string; password: string; role: string; place: string }[]
  /** The installation is empty and wants its first administrator. */
  firstAdministrator: boolean
}

/** What may be known before anybody has signed in. */
export async function demonstration(): Promise<Demonstration> {
  return (await ask('/api/demonstration', {})) as Demonstration
}

/** Names one opened form: its command happens once, however often it is sent. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}

async function ask(address: string, request: RequestInit): Promise<unknown> {
  const response = await reach(address, {
    ...request,
    headers: { ...request.headers, 'accept-language': currentLanguage() },
    signal: AbortSignal.timeout(answerWithinMs),
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) {
    connectionBack()
    return answer
  }
  const said = refusalIn(answer)
  if (!said) {
    connectionLost()
    throw new Unreachable()
  }
  connectionBack()
  throw said
}

/** The lines of an answer that goes on until its end, one JSON value each; what is not taken is a refusal, as everywhere. */
export async function* openLines(address: string, body: object, signal: AbortSignal): AsyncGenerator<unknown> {
  const headers = { 'content-type': 'application/json', 'accept-language': currentLanguage() }
  const response = await reach(address, { method: 'POST', headers, body: JSON.stringify(body), signal })
  if (!response.ok || !response.body) throw refusalIn(await response.json().catch(() => undefined)) ?? new Unreachable()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = `${rest}${value}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line)
  }
}

/** The phone's own questions, which are no operations; null: there is no phone, or nothing to try. */
export async function askPhone(address: string): Promise<unknown> {
  try {
    return await ask(address, {})
  } catch (error) {
    if (error instanceof ServerRefusal && error.code === 'notFound') return null
    throw error
  }
}

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request)
  } catch (error) {
    // Given up by the page itself: that says nothing of the server.
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    connectionLost()
    throw new Unreachable(error)
  }
}

/** What stands in `{ error: { code, message, requestId } }`. */
function refusalIn(answer: unknown): ServerRefusal | undefined {
  const error = memberOf(answer, 'error')
  const code = memberOf(error, 'code')
  if (typeof code !== 'string') return undefined
  return new ServerRefusal(code, `${memberOf(error, 'message') ?? code}`, `${memberOf(error, 'requestId') ?? ''}`)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
