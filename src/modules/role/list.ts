// Roles and operations as they are in force in the county, with what its settings moved.

import { z } from 'zod'
import { countySettings } from '../../domain/county-settings.ts'
import { rolesInForce } from '../../domain/permissions.ts'
import { operatorRoles } from '../../domain/roles.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['securityAdmin'],
  input: z.strictObject({}),
  output: z.object({
    roles: z.array(z.string()),
    operations: z.array(
      z.object({ name: z.string(), kind: z.string(), roles: z.array(z.string()), byDefault: z.array(z.string()) }),
    ),
  }),
  async run({ tx, countyId, permissions }) {
    const settings = await countySettings(tx, countyId)
    const ofPeople = (roles: readonly string[]) => operatorRoles.filter(role => roles.includes(role))
    const operations = [...permissions].map(([name, { kind, roles }]) => ({
      name,
      kind,
      roles: ofPeople(rolesInForce(name, roles, settings)),
      byDefault: ofPeople(roles),
    }))
    return { roles: [...operatorRoles], operations: operations.filter(({ roles }) => roles.length > 0) }
  },
})
