// Documents of all kinds by any of their fields (单据查询).

import { documents } from '../../domain/listing/documents.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const search = searchOf(documents, { roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'] })
