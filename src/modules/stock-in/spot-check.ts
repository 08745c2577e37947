// Finance takes cards out of the boxes and scans them (复验抽查): each must be one that agrees and was found good.

import { z } from 'zod'
import { lockDocument, recordStep } from '../../domain/document.ts'
import { documentAnswer, documentRef, printedRange, storedRanges } from '../../domain/document-forms.ts'
import { commonRanges, joinRanges, totalQuantity } from '../../domain/range.ts'
import { faultText } from '../../domain/range-check.ts'
import { printSerial } from '../../domain/serial.ts'
import { command } from '../../domain/services.ts'
import { readExceptions, type StockInBody, stockInBody } from '../../domain/stock-in.ts'
import { refuse } from '../../kernel/refusal.ts'
import { refuseNotMatching } from './matching.ts'

const mostChecks = 100

export const spotCheck = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ...documentRef, ranges: z.array(printedRange).min(1).max(500) }),
  output: documentAnswer.extend({ checked: z.int() }),
  async run({ tx, actor, countyId, now }, { documentId, version, ranges }) {
    const document = await lockDocument(tx, countyId, 'RK', documentId, version)
    if (document.state !== 'toAccept') refuse('documentState', { state: document.state, action: 'spotCheck' })
    const scanned = storedRanges(ranges, countyId)
    await refuseNotMatching(tx, document, scanned)
    const wanted = joinRanges(scanned)
    const bad = (await readExceptions(tx, document)).flatMap(({ reason, ...range }) =>
      commonRanges(range, wanted).map(part => faultText({ ...part, code: 'REJ', about: reason })),
    )
    if (bad.length > 0) refuse('rangesNotMovable', { faults: bad.slice(0, 200) })
    const before = stockInBody.parse(document.body)
    if (before.spotChecks.length >= mostChecks) refuse('documentState', { state: document.state, action: 'spotCheck' })
    const printed = wanted.map(range => ({
      firstSerial: printSerial(range.firstSerial),
      lastSerial: printSerial(range.lastSerial),
    }))
    const check = { by: actor.name, staffNo: actor.staffNo ?? '', at: now.toISOString(), ranges: printed }
    const body: StockInBody = { ...before, spotChecks: [...before.spotChecks, check] }
    const checked = totalQuantity(wanted)
    return { ...(await recordStep(tx, actor, document, 'spotCheck', { body, note: String(checked) })), checked }
  },
})
