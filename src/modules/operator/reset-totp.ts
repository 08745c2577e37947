// Takes away the one-time codes of somebody who lost the telephone they were on; the sessions end at once.

import { lockOperator, refuseOwn } from '../../domain/operator.ts'
import { command } from '../../domain/services.ts'
import { endSessions } from '../../kernel/session.ts'
import { operatorId } from './shapes.ts'

export const resetTotp = command({
  roles: ['securityAdmin'],
  input: operatorId,
  output: operatorId,
  async run({ tx, actor, countyId }, input) {
    refuseOwn(actor, input.operatorId)
    const operator = await lockOperator(tx, countyId, input.operatorId)
    await tx
      .updateTable('operator')
      .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
      .where('countyId', '=', countyId)
      .where('operatorId', '=', input.operatorId)
      .execute()
    await endSessions(tx, operator)
    return input
  },
})
