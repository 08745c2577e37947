// Carrying out an extension or an exchange: at once by one person of finance, or above the county's limit by two.

import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { exchangeCards, requireExchangeable } from './card-exchange.ts'
import { linesOf, type ServiceBody } from './card-service.ts'
import { claimRanges, releaseClaims } from './claim.ts'
import { countySettings } from './county-settings.ts'
import { advanceDocument, type Document } from './document.ts'
import { writeRanges } from './document-lines.ts'
import { joinRanges, type SerialRange, totalQuantity } from './range.ts'
import { facedRanges, heldRanges } from './range-check.ts'
import { extendCards, requireExtendable } from './stock.ts'

export interface Service {
  document: Document
  body: ServiceBody
  /** The old cards of an exchange, the cards of an extension. */
  ranges: readonly SerialRange[]
  at: Date
}

/** Does it now, or submits it: above the limit, or where it was submitted before. */
export async function doOrSubmit(tx: Tx, actor: Actor, service: Service): Promise<Document> {
  const { document, ranges } = service
  const { cardServiceLimit } = await countySettings(tx, document.countyId)
  if (document.state === 'draft' && totalQuantity(ranges) <= cardServiceLimit) {
    const body = await carryOut(tx, actor, service)
    await writeLines(tx, { ...service, body })
    return advanceDocument(tx, actor, document, 'KF', 'execute', { body })
  }
  if (service.body.exchange) await requireExchangeable(tx, service)
  else await requireExtendable(tx, extensionOf(service))
  const { body } = service
  await claimRanges(tx, document, [...ranges, ...(body.exchange?.newRanges ?? [])])
  await writeLines(tx, service)
  return advanceDocument(tx, actor, document, 'KF', 'submit', { body })
}

/** What the second person approves is done in the same moment. */
export async function approveService(tx: Tx, actor: Actor, service: Service, note: string): Promise<Document> {
  const { document } = service
  await releaseClaims(tx, document)
  const body = await carryOut(tx, actor, service)
  return advanceDocument(tx, actor, document, 'KF', 'approve', { note, body })
}

async function carryOut(tx: Tx, actor: Actor, service: Service): Promise<ServiceBody> {
  if (service.body.exchange) return exchangeCards(tx, actor, service)
  await extendCards(tx, extensionOf(service))
  return service.body
}

function extensionOf({ document, body, ranges }: Service) {
  const { countyId, documentId } = document
  if (body.expiresOn === null) throw new Error('an extension has its day')
  return { countyId, documentId, ranges, expiresOn: body.expiresOn }
}

/** The old cards, and after them the new ones of an exchange. */
async function writeLines(tx: Tx, { document, body, ranges }: Service): Promise<void> {
  const given = body.exchange ? joinRanges(body.exchange.newRanges) : []
  const held = await heldRanges(tx, document.countyId, joinRanges([...ranges, ...given]))
  const lines = linesOf(held, ranges)
  await writeRanges(tx, document, [
    ...lines.map(line => ({ ...line, ...(body.exchange ? { result: 'old' } : {}) })),
    ...facedRanges(held, given).map(line => ({ ...line, result: 'new' })),
  ])
}
