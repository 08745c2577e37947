// What a station fills in to draw cards, and what must be right before it can be submitted.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { note } from '../../domain/document-forms.ts'
import { receiver } from '../../domain/draw.ts'
import { yuan } from '../../domain/money.ts'
import type { Tx } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refusal.ts'

const mostCards = 1_000_000

export const applicationForm = {
  lines: z
    .array(z.strictObject({ faceValueFen: z.int().positive(), quantity: z.int().min(1).max(mostCards) }))
    .min(1)
    .max(20),
  receiver: receiver.nullable().default(null),
  /** The day the station would like to collect (期望领取日). */
  wantedOn: z.iso.date().nullable().default(null),
  purpose: z.string().max(200).default(''),
  note: note.default(''),
}

const form = z.object(applicationForm)

export async function checkLines(tx: Tx, countyId: number, lines: z.output<typeof form>['lines']): Promise<void> {
  if (new Set(lines.map(line => line.faceValueFen)).size !== lines.length) refuse('LS02')
  const { faceValuesFen } = await countySettings(tx, countyId)
  const unknown = lines.find(line => !faceValuesFen.includes(line.faceValueFen))
  if (unknown) refuse('ZK02', { v: yuan(unknown.faceValueFen) })
}
