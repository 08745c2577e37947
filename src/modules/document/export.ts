// The documents of a search as a file.

import { documents } from '../../domain/listing/documents.ts'
import { exportOf } from '../../domain/listing/operations.ts'

export const exported = exportOf(documents, { roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'] })
