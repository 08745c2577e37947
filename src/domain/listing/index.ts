// Every list by its name, for the job that exports them.

import { auditEntries } from './audit-entries.ts'
import { calls } from './calls.ts'
import { cards } from './cards.ts'
import { documents } from './documents.ts'
import type { Listing } from './listing.ts'
import { movements } from './movements.ts'
import { postings } from './postings.ts'
import { recharges } from './recharges.ts'

export const listings: ReadonlyMap<string, Listing> = new Map<string, Listing>(
  [cards, documents, movements, recharges, calls, postings, auditEntries].map(listing => [listing.name, listing]),
)
