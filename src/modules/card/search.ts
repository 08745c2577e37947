// Cards by any of their fields (卡查询).

import { cards } from '../../domain/listing/cards.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const search = searchOf(cards, {
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'regionViewer'],
})
