// An answer of profile 1 as bytes: envelope, status, signature; and the ways a fault may spoil it.

import { canonicalResponse, digestOf, sign, signatureHeaders } from '../wire/signature.ts'
import { instantOf } from '../wire/time.ts'
import { statusOf, textOf } from './codes.ts'
import type { Outcome } from './engine-types.ts'
import type { FaultPlan } from './fault-kinds.ts'
import type { Verified } from './http-verify.ts'

export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface Envelope {
  respCode: string
  respText: string
  messageId: string
  data?: Record<string, unknown>
}

export function envelopeOf(outcome: Outcome, messageId: string): Envelope {
  const { code, data } = outcome
  return { respCode: code, respText: textOf(code), messageId, ...(data ? { data } : {}) }
}

/** An answer of another message: rightly signed, wrongly addressed. */
export function misdirect(envelope: Envelope, plan: FaultPlan): Envelope {
  const field = plan.wrongCorrelation?.field
  if (!field) return envelope
  const other = '9'.repeat(24)
  const data = { ...envelope.data }
  if (field === 'serial') return { ...envelope, messageId: other, data: { ...data, serial: other } }
  if (field === 'amount') return { ...envelope, data: { ...data, amountFen: Number(data.amountFen ?? 0) + 1 } }
  return { ...envelope, data: { ...data, accountNo: '9999999999' } }
}

/** `path` is the request's; without `verified` nobody can sign. */
export function httpAnswer(
  envelope: Envelope,
  path: string,
  verified: Verified | undefined,
  nowMs: number,
  plan: FaultPlan = {},
): HttpAnswer {
  const body = bodyOf(envelope, plan)
  const status = statusOf(envelope.respCode)
  const plainHeaders = { 'content-type': 'application/json; charset=utf-8', 'content-length': String(body.length) }
  if (!verified || plan.badMac?.field === 'missing') return { status, headers: plainHeaders, body }
  const { channel, nonce } = verified
  const [time, digest] = [instantOf(nowMs), digestOf(channel.signature, body)]
  const signature = sign(channel.signature, channel.key, canonicalResponse({ status, path, nonce, time, digest }))
  const signed = { time, nonce, digest, sign: signature }
  const spoiled = plan.badMac?.field
  if (spoiled) signed[spoiled] = signed[spoiled].replace(/.$/, last => (last === '0' ? '1' : '0'))
  const headers = {
    ...plainHeaders,
    [signatureHeaders.channel]: channel.channelId,
    [signatureHeaders.key]: channel.keyId,
    [signatureHeaders.time]: signed.time,
    [signatureHeaders.nonce]: signed.nonce,
    [signatureHeaders.digest]: signed.digest,
    [signatureHeaders.sign]: signed.sign,
  }
  return { status, headers, body }
}

function bodyOf(envelope: Envelope, plan: FaultPlan): Buffer {
  const { badFormat } = plan
  if (!badFormat) return Buffer.from(JSON.stringify(envelope))
  const { field } = badFormat
  if (field === undefined) {
    const whole = Buffer.from(JSON.stringify(envelope))
    return whole.subarray(0, Math.floor(whole.length / 2))
  }
  return Buffer.from(JSON.stringify(envelope, (name, value) => (name === field ? undefined : value)))
}

/** The whole answer as it goes over a connection, for those that go wrong on the way. */
export function rawAnswer({ status, headers, body }: HttpAnswer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([Buffer.from([`HTTP/1.1 ${status} Answer`, ...lines, '', ''].join('\r\n')), body])
}
