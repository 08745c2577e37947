// Feeds hostile messages to everything that reads what a stranger sent: parser, framing, identity, dialogs, timers, descriptions.
//
// Nothing may throw, nothing may take long, and nothing may be kept.

import { Buffer } from 'node:buffer'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { dialogOfAnswer, dialogOfInvite, requestInDialog } from '../../src/hotline/engines/sip/dialog.ts'
import { calledOf, callerOf } from '../../src/hotline/engines/sip/identity.ts'
import { answerToInfo } from '../../src/hotline/engines/sip/info-keys.ts'
import type { SipRequest } from '../../src/hotline/engines/sip/message.ts'
import { parseMessage } from '../../src/hotline/engines/sip/parse.ts'
import { answerOffer, readAnswer } from '../../src/hotline/engines/sip/sdp.ts'
import { replyTo, serialize, stampVia } from '../../src/hotline/engines/sip/serialize.ts'
import { serverKey } from '../../src/hotline/engines/sip/server-transactions.ts'
import { sessionIntervalOf } from '../../src/hotline/engines/sip/session-timer.ts'
import { createFramer } from '../../src/hotline/engines/sip/stream-framing.ts'
import { messageText, OFFER } from '../../src/hotline/engines/sip/testing/test-messages.ts'
import { referTarget } from '../../src/hotline/engines/sip/transfer.ts'
import { mutate, seeded } from './mutate.ts'

export interface FuzzReport {
  readonly parsed: number
  /** Inputs that took more than 5 ms three times in a row when repeated alone; the seed makes them again. */
  readonly slow: string[]
  readonly heapGrowthBytes: number
}

const local = { sessionId: 1, version: 1, address: '127.0.0.1', port: 4_000 }
const slowMs = 5
const mostSlow = 5

function messages(): Buffer[] {
  const torture = fileURLToPath(new URL('../sip-torture', import.meta.url))
  const files = ['rfc4475', 'rfc5118'].flatMap(folder =>
    readdirSync(join(torture, folder))
      .filter(name => name.endsWith('.dat'))
      .map(name => readFileSync(join(torture, folder, name))),
  )
  const headers = [
    'Session-Expires: 1800;refresher=uac',
    'Supported: 100rel, timer',
    'RAck: 1 1 INVITE',
    'Record-Route: <sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>',
    'P-Asserted-Identity: "A" <sip:+8613800138000@example.com>, <tel:+8613800138000>',
  ]
  const own = ['INVITE', 'UPDATE', 'PRACK', 'BYE', 'ACK', 'CANCEL', 'OPTIONS', 'NOTIFY', 'INFO'].map(method =>
    Buffer.from(
      messageText({ method, headers, body: method === 'BYE' ? '' : OFFER, toTag: method === 'INVITE' ? '' : 't' }),
    ),
  )
  const answer = messageText({ headers, body: OFFER, toTag: 'far' }).replace(/^.*\r\n/, 'SIP/2.0 200 OK\r\n')
  const info = messageText({ method: 'INFO', body: 'Signal=5\r\nDuration=100' }).replace(
    'application/sdp',
    'application/dtmf-relay',
  )
  return [...files, ...own, Buffer.from(answer), Buffer.from(info)]
}

const descriptions = [
  OFFER,
  `${OFFER}a=fmtp:101 0-15\r\na=ptime:20\r\na=sendonly\r\nm=video 5000 RTP/AVP 31\r\nc=IN IP6 2001:db8::1\r\n`,
  'v=0\r\no=- 1 1 IN IP6 ::1\r\ns=\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 9 RTP/SAVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n',
].map(text => Buffer.from(text))

function readRequest(request: SipRequest): void {
  const stamped = stampVia(request, '192.0.2.9', 5_060)
  callerOf(stamped)
  calledOf(stamped)
  serverKey(stamped, 'INVITE')
  answerToInfo(stamped)
  sessionIntervalOf(stamped)
  const dialog = dialogOfInvite(stamped, 'local')
  if (dialog !== null) {
    referTarget('95598', dialog)
    serialize(requestInDialog(dialog, 'BYE', 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx'))
  }
  answerOffer(stamped.body, local)
  const again = parseMessage(serialize(replyTo(stamped, 200, { toTag: 'x' })))
  // What we answer to what we understood has to be understood by whoever is as strict as we are.
  if (again.kind !== 'ok') throw new Error(`our answer is malformed: ${again.reason}`)
}

/** True when it was a message. */
function readMessage(bytes: Buffer): boolean {
  const parsed = parseMessage(bytes)
  createFramer().push(
    bytes,
    () => true,
    () => undefined,
  )
  if (parsed.kind === 'bad') {
    if (parsed.request !== null) serialize(replyTo(parsed.request, parsed.status, { toTag: 'x' }))
    return false
  }
  if (parsed.message.kind === 'request') readRequest(parsed.message)
  else {
    dialogOfAnswer(parsed.message)
    sessionIntervalOf(parsed.message)
    readAnswer(parsed.message.body)
  }
  return true
}

function readDescription(bytes: Buffer): boolean {
  const answer = answerOffer(bytes, local)
  readAnswer(bytes)
  // Whoever reads our answer finds the line that was agreed on.
  if (answer !== null && answerOffer(answer.body, local) === null) throw new Error('our description cannot be read')
  return answer !== null
}

/** Half of the runs are messages, half are descriptions. */
export function fuzz(runs: number, seed: number): FuzzReport {
  const random = seeded(seed)
  const corpus = messages()
  const slow: string[] = []
  let parsed = 0
  let settledHeap = 0
  for (let run = 0; run < runs; run++) {
    if (run === Math.floor(runs / 10)) settledHeap = heapInUse()
    const isMessage = run % 2 === 0
    const bytes = mutate(isMessage ? corpus : descriptions, random)
    const read = isMessage ? readMessage : readDescription
    const startMs = performance.now()
    if (guarded(read, bytes, seed)) parsed++
    if (performance.now() - startMs > slowMs && slow.length < mostSlow && isSlowAlone(read, bytes)) {
      slow.push(`run ${run}, ${bytes.length} bytes`)
    }
  }
  return { parsed, slow, heapGrowthBytes: heapInUse() - settledHeap }
}

function guarded(read: (bytes: Buffer) => boolean, bytes: Buffer, seed: number): boolean {
  try {
    return read(bytes)
  } catch (error) {
    throw new Error(`seed ${seed}: ${bytes.toString('base64', 0, 1_500)}`, { cause: error })
  }
}

function isSlowAlone(read: (bytes: Buffer) => boolean, bytes: Buffer): boolean {
  for (let i = 0; i < 3; i++) {
    const startMs = performance.now()
    read(bytes)
    if (performance.now() - startMs <= slowMs) return false
  }
  return true
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
