// What an answer of profile 1 means: first its signature, then its status, then its code.

import type { ConnectorSettings, Result } from '../connector.ts'
import { envelopeSchema } from '../wire/answers.ts'
import { parseJson } from '../wire/json.ts'
import { classify, notSent, type Question } from './classify.ts'
import type { Exchange } from './http-exchange.ts'
import { checkAnswer } from './http-signed.ts'

export function judge<T>(
  settings: ConnectorSettings,
  question: Question<T>,
  signed: { path: string; nonce: string },
  got: Exchange,
): Result<T> {
  if (got.kind === 'notSent') return notSent('misDown', got.why)
  if (got.kind === 'silent') return { class: 'unknown', cause: got.cause }
  const { operation, messageId } = question
  const signature = checkAnswer(settings, { ...signed, status: got.status, headers: got.headers, body: got.body })
  if (signature === 'invalid') {
    if (got.status >= 500) return { class: 'unknown', cause: 'http5xx', code: String(got.status) }
    settings.alarm('badSignature', `${operation} ${messageId}: status ${got.status} without a valid signature`)
    return { class: 'unknown', cause: 'badMac' }
  }
  const envelope = envelopeSchema.safeParse(parseJson(got.body)?.value)
  if (!envelope.success) return { class: 'unknown', cause: 'badFormat' }
  const code = envelope.data.respCode
  if (!isDecidable(got.status, code)) {
    return { class: 'unknown', cause: got.status >= 500 ? 'http5xx' : 'badFormat', code }
  }
  const result = classify(settings, question, envelope.data)
  if (signature === 'valid') return result
  // A clock far off: the one thing to believe is that this is why we were refused; the nonce shows it is no old answer.
  if (result.class === 'refused' && result.reason === 'replay') return result
  settings.alarm('badSignature', `${operation} ${messageId}: the time of the answer is far from ours`)
  return { class: 'unknown', cause: 'badMac' }
}

/** Statuses whose signed answer is decided by its code; 429 and 503 only say busy. */
function isDecidable(status: number, code: string): boolean {
  if ([200, 400, 401, 403, 404, 409, 413].includes(status)) return true
  return (status === 429 || status === 503) && code === '1202'
}
