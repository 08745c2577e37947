// The movements of a search as a file.

import { movements } from '../../domain/listing/movements.ts'
import { exportOf } from '../../domain/listing/operations.ts'

export const exported = exportOf(movements, { roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'] })
