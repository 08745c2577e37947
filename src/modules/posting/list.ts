// Postings to the billing system, with tries and endings (记账任务).

import { searchOf } from '../../domain/listing/operations.ts'
import { postings } from '../../domain/listing/postings.ts'

export const list = searchOf(postings, { roles: ['countyFinance'] })
