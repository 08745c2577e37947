// What a station fills in to return cards.

import { z } from 'zod'
import { note, printedRanges } from '../../domain/document-forms.ts'
import { receiver } from '../../domain/draw.ts'
import { returnReasons } from '../../domain/station-return.ts'

export const applicationForm = {
  ranges: printedRanges,
  reason: z.enum(returnReasons),
  /** 送卡人; needed when it is submitted. */
  sender: receiver.nullable().default(null),
  note: note.default(''),
}
