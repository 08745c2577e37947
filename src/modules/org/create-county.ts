// Adds a county to the installation, with the first security administrator who then gives everyone else a sign-in.

import { z } from 'zod'
import { createOperator, createCounty as writeCounty } from '../../domain/county.ts'
import { countyNumber, hotlineNumber, placeName, placeNameEn, requireInstallation } from '../../domain/county-fields.ts'
import { requireGoodPassword } from '../../domain/password.ts'
import { minPasswordLength } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'
import { hashPassword } from '../../kernel/session.ts'
import { firstSecurityAdmin } from './shapes.ts'

export const createCounty = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    countyId: countyNumber,
    code: z.string().regex(/^\d{6}$/),
    name: placeName,
    nameEn: placeNameEn.min(1),
    hotlineNumber: hotlineNumber.nullable(),
    securityAdmin: firstSecurityAdmin,
  }),
  output: z.object({ countyId: z.int() }),
  async run({ tx, actor }, { securityAdmin: { password, ...person }, ...county }) {
    requireInstallation(actor)
    requireGoodPassword(password, person, minPasswordLength)
    await writeCounty(tx, county)
    await createOperator(tx, {
      ...person,
      countyId: county.countyId,
      role: 'securityAdmin',
      holderId: null,
      passwordHash: await hashPassword(password),
      mustChangePassword: true,
    })
    return { countyId: county.countyId }
  },
})
