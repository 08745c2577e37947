// Recharges by any of their fields, with posting and call (充值业务明细).

import { searchOf } from '../../domain/listing/operations.ts'
import { recharges } from '../../domain/listing/recharges.ts'

export const search = searchOf(recharges, {
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
})
