// Carrying out an extension or an exchange: at once by one person of finance, or above the county's limit by two.

import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { linesOf, type ServiceBody } from './card-service.ts'
import { claimRanges, releaseClaims } from './claim.ts'
import { countySettings } from './county-settings.ts'
import { advanceDocument, type Document } from './document.ts'
import { writeRanges } from './document-lines.ts'
import { joinRanges, type SerialRange, totalQuantity } from './range.ts'
import { heldRanges } from './range-check.ts'
import { extendCards, requireExtendable } from './stock.ts'

export interface Service {
  document: Document
  body: ServiceBody
  /** The old cards of an exchange, the cards of an extension. */
  ranges: readonly SerialRange[]
}

/** Does it now, or submits it: above the limit, or where it was submitted before. */
export async function doOrSubmit(tx: Tx, actor: Actor, service: Service): Promise<Document> {
  const { document, body, ranges } = service
  const { cardServiceLimit } = await countySettings(tx, document.countyId)
  if (document.state === 'draft' && totalQuantity(ranges) <= cardServiceLimit) {
    await extendCards(tx, extensionOf(service))
    await writeLines(tx, service)
    return advanceDocument(tx, actor, document, 'KF', 'execute')
  }
  await requireExtendable(tx, extensionOf(service))
  await claimRanges(tx, document, [...ranges, ...(body.exchange?.newRanges ?? [])])
  await writeLines(tx, service)
  return advanceDocument(tx, actor, document, 'KF', 'submit', { body })
}

/** What the second person approves is done in the same moment. */
export async function approveService(tx: Tx, actor: Actor, service: Service, note: string): Promise<Document> {
  const { document } = service
  await releaseClaims(tx, document)
  await extendCards(tx, extensionOf(service))
  return advanceDocument(tx, actor, document, 'KF', 'approve', { note })
}

function extensionOf({ document, body, ranges }: Service) {
  const { countyId, documentId } = document
  if (body.expiresOn === null) throw new Error('an extension has its day')
  return { countyId, documentId, ranges, expiresOn: body.expiresOn }
}

/** The old cards, and after them the new ones of an exchange. */
async function writeLines(tx: Tx, { document, body, ranges }: Service): Promise<void> {
  const held = await heldRanges(tx, document.countyId, joinRanges(ranges))
  const lines = linesOf(held, ranges)
  const isExchange = body.exchange !== null
  await writeRanges(tx, document, [
    ...lines.map(line => ({ ...line, ...(isExchange ? { result: 'old' } : {}) })),
    ...(body.exchange?.newRanges ?? []).map(line => ({ ...line, result: 'new' })),
  ])
}
