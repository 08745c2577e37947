// Corrects the name or staff number of a sign-in; role and place stay, since another role is another sign-in.

import { z } from 'zod'
import { heldTogether, lockOperator } from '../../domain/operator.ts'
import { command } from '../../domain/services.ts'
import { changed, personName, staffNo } from './shapes.ts'

export const update = command({
  roles: ['securityAdmin'],
  input: z.strictObject({ operatorId: z.int(), name: personName, staffNo }),
  output: changed,
  async run({ tx, countyId }, { operatorId, ...set }) {
    await lockOperator(tx, countyId, operatorId)
    await tx
      .updateTable('operator')
      .set(set)
      .where('countyId', '=', countyId)
      .where('operatorId', '=', operatorId)
      .execute()
    return { operatorId, heldTogether: await heldTogether(tx, countyId, set.staffNo) }
  },
})
