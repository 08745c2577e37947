// Gives a person a sign-in with one role at one place; a second role is a second sign-in.

import { z } from 'zod'
import { createOperator } from '../../domain/county.ts'
import { heldTogether } from '../../domain/operator.ts'
import { requireGoodPassword } from '../../domain/password.ts'
import type { OperatorRole } from '../../domain/roles.ts'
import { securityPolicy } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'
import { hashPassword } from '../../kernel/session.ts'
import { changed, personName, role, signInName, staffNo } from './shapes.ts'

export const create = command({
  roles: ['securityAdmin'],
  input: z.strictObject({
    signInName,
    staffNo,
    name: personName,
    role,
    holderId: z.int().nullable().default(null),
    /** Of a region viewer, who signs in at the installation. */
    regionId: z.int().nullable().default(null),
    password: secret(z.string().min(1).max(200)),
  }),
  output: changed,
  async run({ tx, countyId }, { password, ...operator }) {
    await requirePlace(tx, countyId, operator)
    const { minPasswordLength } = await securityPolicy(tx, countyId)
    requireGoodPassword(password, operator, minPasswordLength)
    const passwordHash = await hashPassword(password)
    const created = { ...operator, countyId, passwordHash, mustChangePassword: true }
    const operatorId = await createOperator(tx, created)
    return { operatorId, heldTogether: await heldTogether(tx, countyId, operator.staffNo) }
  },
})

const placeOf: Partial<Record<OperatorRole, readonly string[]>> = {
  stationCardAdmin: ['station'],
  sellerPortal: ['seller', 'hall'],
}
/** At the installation sit its administrators and those who look over a region; everyone else is of a county. */
const ofInstallation: readonly OperatorRole[] = ['systemAdmin', 'securityAdmin', 'auditAdmin', 'regionViewer']

async function requirePlace(
  tx: Tx,
  countyId: number,
  { role: wanted, holderId, regionId }: { role: OperatorRole; holderId: number | null; regionId: number | null },
): Promise<void> {
  const wrong = () => refuse('roleNeedsPlace', { role: wanted })
  if (countyId === 0 && !ofInstallation.includes(wanted)) wrong()
  if ((wanted === 'regionViewer') !== (regionId !== null) || (regionId !== null && countyId !== 0)) wrong()
  const kinds = placeOf[wanted]
  if ((kinds === undefined) !== (holderId === null)) wrong()
  if (regionId !== null) {
    const region = await tx.selectFrom('region').select('regionId').where('regionId', '=', regionId).executeTakeFirst()
    if (!region) refuse('regionNotFound', { regionId })
  }
  if (holderId !== null) {
    const place = await tx
      .selectFrom('holder')
      .select('kind')
      .where('countyId', '=', countyId)
      .where('holderId', '=', holderId)
      .where('disabledAt', 'is', null)
      .executeTakeFirst()
    if (!place || !kinds?.includes(place.kind)) wrong()
  }
}
