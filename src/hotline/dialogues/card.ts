// Asks for a card, serial then PIN, and says what is the matter with it when it is no good.

import { back, type Call, said } from '../call.ts'
import { passesCheckDigit } from '../check-digit.ts'
import { momentOf } from '../local-time.ts'
import type { Said } from '../said.ts'
import type { Back } from '../talk.ts'

const serialDigits = 12
const pinDigits = 12
const help = said('entry.slowly')

export type CardAnswer = Awaited<ReturnType<Call['api']['card']['check']>>

export interface ShownCard {
  serial: string
  pin: string
  answer: CardAnswer
}

/** Serial and PIN as often as tries allow; the answer is then about the card and no longer about the keys. */
export async function askCard(call: Call, isFirst = true): Promise<ShownCard | Back> {
  for (let wrong = 0; ; ) {
    const serial = await askSerial(call, isFirst && wrong === 0)
    if (serial === back) return back
    const pin = await call.ask({ prompt: [said('entry.pin')], lengths: [pinDigits], secret: true, help })
    if (pin === back) continue
    const answer = await call.api.card.check({ serial, pin, caller: call.facts.caller })
    call.noteAnswer(`card.check ${answer.condition}`)
    if (!isAboutCard(answer)) call.reached('locked')
    if (answer.condition !== 'badCard' && answer.condition !== 'badSerial') return { serial, pin, answer }
    wrong += 1
    if (wrong >= call.times.entryTries) return call.goodbye(said('goodbye.threeTries'))
    await call.tell(said(answer.condition === 'badCard' ? 'P-BADCARD' : 'entry.serialMistyped'))
  }
}

/** Otherwise it is about the caller, whose card was not even looked at. */
export function isAboutCard({ condition }: CardAnswer): boolean {
  return condition !== 'callerLocked' && condition !== 'withheldClosed'
}

/** How keys are corrected is explained once. */
function askSerial(call: Call, explain: boolean): Promise<string | Back> {
  return call.ask({
    prompt: [said('entry.serial'), ...(explain ? [said('entry.howToCorrect')] : [])],
    lengths: [serialDigits],
    help,
    mistyped: serial => (passesCheckDigit(serial) ? null : [said('entry.serialMistyped')]),
  })
}

/** Why this card cannot be recharged; null when it can. */
export function cardProblem(call: Call, { condition, usedAt, usedAccountTail }: CardAnswer): Said | null {
  switch (condition) {
    case 'ok':
      return null
    case 'badSerial':
    case 'badCard':
      return said('P-BADCARD')
    case 'callerLocked':
      return said('limit.callerLocked')
    case 'withheldClosed':
      return said('limit.withheld')
    case 'cardLocked':
      return said('P-LOCKED')
    case 'inactive':
      return said('P-INACTIVE')
    case 'frozen':
      return said('P-FROZEN')
    case 'expired':
      return said('P-EXPIRED')
    case 'void':
      return said('P-VOID')
    case 'inUse':
      return said('P-INUSE')
    case 'used':
      if (usedAt === null || usedAccountTail === null) return said('P-INUSE')
      return said('P-USED', { ...momentOf(usedAt, call.now()), tail: usedAccountTail })
  }
}
