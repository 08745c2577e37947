// The movement journal by any of its fields (业务明细表).

import { movements } from '../../domain/listing/movements.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const search = searchOf(movements, { roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'] })
