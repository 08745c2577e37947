// Finance takes inspected cards back into the county's stock (确认入库); whatever was not good stays with the station.

import { z } from 'zod'
import { refuseExpired } from '../../domain/approval.ts'
import { proposeVoids } from '../../domain/bad-cards.ts'
import { releaseClaims } from '../../domain/claim.ts'
import { singleHolder } from '../../domain/county.ts'
import { advanceDocument, operatorOf, refuseSamePerson } from '../../domain/document.ts'
import { documentAnswer, documentRef, note } from '../../domain/document-forms.ts'
import { readRanges } from '../../domain/document-lines.ts'
import { subtractRanges, totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { lockInspection, refuseDifferent, returnBody } from '../../domain/station-return.ts'
import { lockBatches, moveCards } from '../../domain/stock.ts'
import { refuse } from '../../kernel/refusal.ts'

export const takeIn = command({
  roles: ['countyFinance'],
  input: z.strictObject({
    ...documentRef,
    /** Cards that did not come stay with the station; said knowingly, else FK01 names them. */
    withoutMissing: z.boolean().default(false),
    note: note.default(''),
  }),
  output: documentAnswer.extend({ quantity: z.int(), left: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, withoutMissing, note }) {
    const { slip, application, applied } = await lockInspection(tx, countyId, documentId, version)
    refuseExpired(application, now)
    if (application.approverId !== null) await refuseSamePerson(tx, actor, application.approverId, 'C02')
    const { bad } = returnBody.parse(slip.body)
    const undecided = totalQuantity(bad.filter(one => one.treatment === null))
    if (undecided > 0) refuse('FK02', { n: undecided })
    const received = await readRanges(tx, slip)
    if (!withoutMissing) refuseDifferent(applied, received)
    const good = subtractRanges(received, bad)
    const [quantity, left] = [totalQuantity(good), totalQuantity(applied) - totalQuantity(good)]
    const taken = await advanceDocument(tx, actor, slip, 'FK', left > 0 ? 'takeInPart' : 'takeIn', { note })
    // Under the lock of the batches nobody can take the cards between the claim and the move.
    await lockBatches(tx, countyId, applied)
    await releaseClaims(tx, application)
    await moveCards(tx, {
      countyId,
      kind: 'stationReturn',
      ranges: good,
      fromHolderId: slip.holderId,
      toHolderId: await singleHolder(tx, countyId, 'county'),
      documentId,
      operatorId: operatorOf(actor),
      at: now,
      words: { STATE: 'FS01', HOLD: 'FS01', TRANSIT: 'FS01' },
    })
    await proposeVoids(
      tx,
      actor,
      taken,
      bad.filter(one => one.treatment === 'void'),
      slip.holderId,
    )
    await advanceDocument(tx, actor, application, 'FS', 'finish')
    return { ...taken, quantity, left }
  },
})
