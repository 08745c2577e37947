// Whether a card can be used, for whom it is worth how much, or why not.

import { back, type Call, said } from '../call.ts'
import { momentOf, withoutThisYear } from '../local-time.ts'
import type { Said } from '../said.ts'
import { afterwards } from './afterwards.ts'
import { askCard, type CardAnswer, cardProblem } from './card.ts'

export async function cardCheck(call: Call): Promise<void> {
  const card = await askCard(call)
  if (card === back) return
  const words = [conditionWords(call, card.answer)]
  await call.tell(...words)
  call.reached('cardCheck.told')
  await afterwards(call, words, 'nothingMore')
}

function conditionWords(call: Call, answer: CardAnswer): Said {
  const { condition, usedAt, expiresOn, faceValueFen } = answer
  // Whoever was cut off, or doubts, asks here: since when the recharge is under way, and no guess how it ends.
  if (condition === 'inUse' && usedAt !== null) return said('P-PEND.since', momentOf(usedAt, call.now()))
  const problem = cardProblem(call, answer)
  if (problem) return problem
  const faceValue = faceValueFen ?? 0
  if (expiresOn === null) return said('card.good', { faceValue })
  return said('card.goodUntil', { faceValue, date: withoutThisYear(expiresOn, call.now()) })
}
