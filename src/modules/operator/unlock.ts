// Lifts the lock that wrong passwords put on a sign-in.

import { lockOperator, refuseOwn } from '../../domain/operator.ts'
import { command } from '../../domain/services.ts'
import { operatorId } from './shapes.ts'

export const unlock = command({
  roles: ['securityAdmin'],
  input: operatorId,
  output: operatorId,
  async run({ tx, actor, countyId }, input) {
    refuseOwn(actor, input.operatorId)
    await lockOperator(tx, countyId, input.operatorId)
    await tx
      .updateTable('operator')
      .set({ wrongPasswords: 0, lockedUntil: null })
      .where('countyId', '=', countyId)
      .where('operatorId', '=', input.operatorId)
      .execute()
    return input
  },
})
