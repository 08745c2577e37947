// Cards brought straight to where a test needs them, by the domain's moves alone.

import { moveCards } from '../../src/domain/stock.ts'
import type { MadeBatch } from './maker.ts'
import { countyId, type World } from './world.ts'

interface Where {
  from: number
  quantity: number
}

/** The n-th cards of a stocked batch: county → station → seller or hall → customer, as far as named. */
export async function handOver(
  world: World,
  batch: MadeBatch,
  { from, quantity }: Where,
  to: { station: number; seller?: number; customer?: boolean },
): Promise<void> {
  const ranges = [{ firstSerial: batch.stored(from), lastSerial: batch.stored(from + quantity - 1) }]
  const operatorId = world.actor('finance').operatorId ?? 0
  const move = { countyId, ranges, documentId: batch.documentId, operatorId, at: new Date() }
  await world.inTransaction(async tx => {
    const { county, customer } = world.places
    await moveCards(tx, { ...move, kind: 'draw', fromHolderId: county, toHolderId: to.station })
    if (to.seller === undefined) return
    await moveCards(tx, { ...move, kind: 'purchase', fromHolderId: to.station, toHolderId: to.seller })
    if (to.customer) await moveCards(tx, { ...move, kind: 'sale', fromHolderId: to.seller, toHolderId: customer })
  })
}
