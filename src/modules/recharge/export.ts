// The recharges of a search as a file; numbers of persons stay masked.

import { exportOf } from '../../domain/listing/operations.ts'
import { recharges } from '../../domain/listing/recharges.ts'

export const exported = exportOf(recharges, {
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
})
