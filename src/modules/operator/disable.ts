// Disables a sign-in; its sessions end at once, what it did stays under its name.

import { sql } from 'kysely'
import { lockOperator, refuseOwn } from '../../domain/operator.ts'
import { command } from '../../domain/services.ts'
import { endSessions } from '../../kernel/session.ts'
import { operatorId } from './shapes.ts'

export const disable = command({
  roles: ['securityAdmin'],
  input: operatorId,
  output: operatorId,
  async run({ tx, actor, countyId }, input) {
    refuseOwn(actor, input.operatorId)
    const operator = await lockOperator(tx, countyId, input.operatorId)
    await tx
      .updateTable('operator')
      .set({ disabledAt: sql<Date>`coalesce(disabled_at, now())` })
      .where('countyId', '=', countyId)
      .where('operatorId', '=', input.operatorId)
      .execute()
    await endSessions(tx, operator)
    return input
  },
})
