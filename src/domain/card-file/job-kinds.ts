// The long works of the card path, for the composition root to run.

import type { JobKind } from '../../kernel/jobs.ts'
import { type CompareSettings, compareCards } from './compare.ts'
import { type GenerateSettings, generateCards } from './generate.ts'

export function cardJobKinds(settings: GenerateSettings & CompareSettings): Readonly<Record<string, JobKind>> {
  return { 'cardMaking.generate': generateCards(settings), 'stockIn.compare': compareCards(settings) }
}
