// The postings of a search as a file.

import { exportOf } from '../../domain/listing/operations.ts'
import { postings } from '../../domain/listing/postings.ts'

export const exported = exportOf(postings, { roles: ['countyFinance'] })
