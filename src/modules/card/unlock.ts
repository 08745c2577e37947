// Takes the lock of wrong PINs off a card (解锁): finance as often as needed, the attendant once a day for each card.

import { z } from 'zod'
import { attendantUnlocked, unlockCard } from '../../domain/card-lock.ts'
import { applicant, linesOf, openService, requireReason, serviceReason } from '../../domain/card-service.ts'
import { advanceDocument } from '../../domain/document.ts'
import { documentAnswer, note } from '../../domain/document-forms.ts'
import { writeRanges } from '../../domain/document-lines.ts'
import { printedSerial } from '../../domain/forms.ts'
import { requireLiving } from '../../domain/range-check.ts'
import { ownSerial } from '../../domain/serial.ts'
import { command } from '../../domain/services.ts'
import { lockBatches } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

export const unlock = command({
  roles: ['countyFinance', 'hotlineAttendant'],
  input: z.strictObject({
    serial: printedSerial,
    reason: serviceReason.default('lockedByMistake'),
    applicant: applicant.nullable().default(null),
    note: note.default(''),
  }),
  output: documentAnswer,
  async run({ tx, actor, countyId, services, now }, { serial: printed, reason, applicant, note }) {
    requireReason(reason, note)
    const isAttendant = actor.role === 'hotlineAttendant'
    if (isAttendant && note.trim() === '') refuse('C11', { field: '附注' })
    const serial = ownSerial(printed, countyId)
    const ranges = [{ firstSerial: serial, lastSerial: serial }]
    // One after the other for this card: two attendants at once would both find that nobody has unlocked it today.
    await lockBatches(tx, countyId, ranges)
    if (isAttendant && (await attendantUnlocked(tx, countyId, serial, now))) refuse('unlockedToday')
    const draft = await openService(tx, actor, { service: 'unlock', reason, applicant }, note)
    const { documentId } = draft
    const held = await requireLiving(tx, { countyId, ranges, documentId, allows: ['TRANSIT', 'BUSY', 'HELD'] })
    if (!(await unlockCard(tx, countyId, serial, services.limits.wrongPinsPerCard))) {
      refuse('cardNotLocked', { serial: printed })
    }
    await writeRanges(tx, draft, linesOf(held, ranges))
    return advanceDocument(tx, actor, draft, 'KF', 'execute', { note })
  },
})
