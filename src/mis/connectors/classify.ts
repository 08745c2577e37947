// What an answer means: accepted, refused or unknown. The same rules for every connector.

import type { z } from 'zod'
import { type CodeMeaning, type ConnectorSettings, type Reason, type Result, reasonCodes } from '../connector.ts'
import type { Envelope } from '../wire/answers.ts'

/** What was asked, so far as the answer must repeat it. */
export interface Question<T> {
  operation: string
  messageId: string
  schema: z.ZodType<T>
  /** Whether the answer speaks of what was asked. */
  echoes: (data: T) => boolean
}

const ownCodes = new Map<string, CodeMeaning>([
  ['0000', 'accepted'],
  ['1205', 'serialConflict'],
])
const reasons: ReadonlySet<string> = new Set(Object.keys(reasonCodes))
const isReason = (name: string): name is keyof typeof reasonCodes => reasons.has(name)
for (const [name, code] of Object.entries(reasonCodes)) if (isReason(name)) ownCodes.set(code, name)

/** Refusals that mean our own set-up is wrong or somebody interferes: an operator must look. */
const alarming: ReadonlySet<Reason> = new Set<Reason>(['macError', 'replay', 'channelForbidden'])

type Settings = Pick<ConnectorSettings, 'codeMap' | 'alarm'>

export function meaningOf(settings: Settings, code: string): CodeMeaning | undefined {
  if (!settings.codeMap) return ownCodes.get(code)
  return Object.hasOwn(settings.codeMap, code) ? settings.codeMap[code] : undefined
}

/** The reason inside an answer (of a refused posting, of an account that cannot pay), or undefined with an alarm. */
export function reasonOf(settings: Settings, operation: string, code: string): Reason | undefined {
  const meaning = meaningOf(settings, code)
  if (meaning && meaning !== 'accepted' && meaning !== 'serialConflict') return meaning
  settings.alarm('unmappedCode', `${operation}: reason ${code} is in no map`)
  return undefined
}

/** `envelope` is one whose signature was right. */
export function classify<T>(settings: Settings, question: Question<T>, envelope: Envelope): Result<T> {
  const { operation, messageId } = question
  const code = envelope.respCode
  if (envelope.messageId !== messageId) {
    settings.alarm('mismatch', `${operation} ${messageId}: the answer belongs to another message`)
    return { class: 'unknown', cause: 'mismatch', code }
  }
  const meaning = meaningOf(settings, code)
  if (meaning === undefined) {
    settings.alarm('unmappedCode', `${operation} ${messageId}: code ${code} is in no map`)
    return { class: 'unknown', cause: 'unmappedCode', code }
  }
  if (meaning === 'serialConflict') {
    settings.alarm('serialConflict', `${operation} ${messageId}: the serial is known with another content`)
    return { class: 'unknown', cause: 'serialConflict', code }
  }
  if (meaning !== 'accepted') {
    if (alarming.has(meaning)) settings.alarm(meaning, `${operation} ${messageId}: refused with ${code}`)
    return { class: 'refused', reason: meaning, code, text: envelope.respText, stage: 'answered' }
  }
  const data = question.schema.safeParse(envelope.data)
  if (!data.success) return { class: 'unknown', cause: 'badFormat', code }
  if (!question.echoes(data.data)) {
    settings.alarm('mismatch', `${operation} ${messageId}: the answer repeats something else than was asked`)
    return { class: 'unknown', cause: 'mismatch', code }
  }
  return { class: 'accepted', data: data.data }
}

/** Nothing left this machine. */
export function notSent(reason: 'misDown' | 'formatError', text: string): Result<never> {
  return { class: 'refused', reason, code: reason === 'misDown' ? '' : reasonCodes[reason], text, stage: 'notSent' }
}
