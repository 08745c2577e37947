// The calls of a search as a file; numbers of persons stay masked.

import { calls } from '../../domain/listing/calls.ts'
import { exportOf } from '../../domain/listing/operations.ts'

export const exported = exportOf(calls, { roles: ['countyCardAdmin', 'countyFinance', 'hotlineAttendant'] })
