// Lets a disabled sign-in be used again.

import { heldTogether, lockOperator, refuseOwn } from '../../domain/operator.ts'
import { command } from '../../domain/services.ts'
import { changed, operatorId } from './shapes.ts'

export const enable = command({
  roles: ['securityAdmin'],
  input: operatorId,
  output: changed,
  async run({ tx, actor, countyId }, input) {
    refuseOwn(actor, input.operatorId)
    const { staffNo } = await lockOperator(tx, countyId, input.operatorId)
    await tx
      .updateTable('operator')
      .set({ disabledAt: null })
      .where('countyId', '=', countyId)
      .where('operatorId', '=', input.operatorId)
      .execute()
    return { ...input, heldTogether: await heldTogether(tx, countyId, staffNo) }
  },
})
