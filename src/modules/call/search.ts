// Calls by any of their fields (呼叫记录).

import { calls } from '../../domain/listing/calls.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const search = searchOf(calls, { roles: ['countyCardAdmin', 'countyFinance', 'hotlineAttendant'] })
