// Puts a sale away that was never executed; its cards are free again.

import { z } from 'zod'
import { documentAnswer, documentRef } from '../../domain/document-forms.ts'
import { discardDraft } from '../../domain/draft.ts'
import { command } from '../../domain/services.ts'

export const discard = command({
  roles: ['stationCardAdmin'],
  input: z.object(documentRef),
  output: documentAnswer,
  run: ({ tx, actor }, ref) => discardDraft(tx, actor, 'SK', ref),
})
