// Documents named by their paper: by number as scanned, and whether the print in hand is still the one that counts.

import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import { refuse } from '../kernel/refusal.ts'
import type { Document } from './document.ts'
import type { DocumentKind } from './document-life.ts'
import { applicationBody } from './draw.ts'

/** A document by its id, or by the number on its paper with the count of the print (第 n 次打印) where that was read too. */
export const paperRef = {
  documentId: z.int().optional(),
  documentNo: z.string().max(30).nullish(),
  printNo: z.int().positive().optional(),
  version: z.int().optional(),
}
const schema = z.object(paperRef)

export async function documentIdOf(
  tx: Tx,
  countyId: number,
  kind: DocumentKind,
  { documentId, documentNo }: z.output<typeof schema>,
): Promise<number> {
  if (documentId !== undefined) return documentId
  if (!documentNo) return refuse('C12', { text: '' })
  const found = await tx
    .selectFrom('document')
    .select('documentId')
    .where('countyId', '=', countyId)
    .where('kind', '=', kind)
    .where('documentNo', '=', documentNo)
    .executeTakeFirst()
  return found?.documentId ?? refuse('C12', { text: documentNo })
}

/**
 * Once another receiving clerk was named, prints of before open nothing. Without a count the print in hand is taken for
 * the newest.
 */
export async function refuseReplacedPrint(tx: Tx, application: Document, printNo: number | undefined): Promise<void> {
  const change = applicationBody.parse(application.body).receiverChanges.at(-1)
  if (!change) return
  const prints = await tx
    .selectFrom('documentPrint')
    .select(['printNo', 'version', 'at'])
    .where('countyId', '=', application.countyId)
    .where('documentId', '=', application.documentId)
    .orderBy('at', 'desc')
    .execute()
  const inHand = printNo === undefined ? prints[0] : prints.find(print => print.printNo === printNo)
  if (!inHand || inHand.version >= change.version) return
  const newest = prints.find(print => print.version >= change.version)
  refuse('printReplaced', { time: newest?.at.toISOString() ?? change.at, to: change.to })
}
