// One HTTP message and its answer, knowing for certain whether a byte of the message can have left.

import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import * as http from 'node:http'
import * as https from 'node:https'

export type Exchange =
  | { kind: 'answer'; status: number; headers: IncomingHttpHeaders; body: Buffer }
  /** No byte was written. `stale`: a kept connection had just been closed by the other side. */
  | { kind: 'notSent'; why: 'unreachable' | 'late' | 'stale' }
  | { kind: 'silent'; cause: 'timeout' | 'broken' | 'badFormat' }

export interface HttpMessage {
  url: URL
  headers: OutgoingHttpHeaders
  body: Buffer
  timeoutMs: number
  /** For the connection alone, TLS included. */
  connectTimeoutMs: number
  mostAnswerBytes: number
  /** Asked in the instant before the first byte. */
  mayBegin: () => boolean
}

/**
 * Node writes nothing of a request with a body before `end` is called, and `end` is called here only on a socket that
 * is connected (with TLS: whose peer is verified). So everything before `begin` is notSent, and everything after it is
 * unknown unless a whole answer comes, also on a kept connection that turns out to be dead.
 */
export function exchangeHttp(agent: http.Agent | https.Agent, message: HttpMessage): Promise<Exchange> {
  return new Promise(resolve => {
    const secure = message.url.protocol === 'https:'
    const headers = { ...message.headers, 'content-length': message.body.length }
    const request = (secure ? https : http).request(message.url, { method: 'POST', agent, headers })
    let begun = false
    let answering = false
    const end = (result: Exchange) => {
      clearTimeout(connectTimer)
      clearTimeout(timer)
      if (result.kind !== 'answer') request.destroy()
      resolve(result)
    }
    const fail = (cause: 'timeout' | 'broken') =>
      end(begun ? { kind: 'silent', cause } : { kind: 'notSent', why: 'unreachable' })
    const connectTimer = setTimeout(() => fail('timeout'), Math.min(message.connectTimeoutMs, message.timeoutMs))
    const timer = setTimeout(() => fail('timeout'), message.timeoutMs)
    const begin = () => {
      clearTimeout(connectTimer)
      if (request.destroyed) return
      if (!message.mayBegin()) return end({ kind: 'notSent', why: 'late' })
      begun = true
      request.end(message.body)
    }
    request.once('socket', socket => {
      if (!request.reusedSocket) return void socket.once(secure ? 'secureConnect' : 'connect', begin)
      if (!socket.writable || socket.readableEnded) return end({ kind: 'notSent', why: 'stale' })
      begin()
    })
    request.on('error', () => fail('broken'))
    request.once('response', response => {
      answering = true
      collect(response, request, message.mostAnswerBytes, end)
    })
    // Once an answer has begun, its own end decides.
    request.once('close', () => {
      if (!answering) fail('broken')
    })
  })
}

function collect(
  response: IncomingMessage,
  request: ClientRequest,
  most: number,
  end: (result: Exchange) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= most) chunks.push(chunk)
    else end({ kind: 'silent', cause: 'badFormat' })
  })
  response.once('end', () => {
    if (!response.complete) return end({ kind: 'silent', cause: 'broken' })
    end({ kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
    // An answer before the whole message was taken leaves a connection whose state nobody knows.
    if (!request.writableFinished) request.destroy()
  })
  response.on('error', () => end({ kind: 'silent', cause: 'broken' }))
  response.once('close', () => end({ kind: 'silent', cause: 'broken' }))
}
