// The cards of a search as a file.

import { cards } from '../../domain/listing/cards.ts'
import { exportOf } from '../../domain/listing/operations.ts'

export const exported = exportOf(cards, {
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'regionViewer'],
})
