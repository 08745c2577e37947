// Adds a county to the installation, with the first security administrator who then gives everyone else a sign-in.

import { z } from 'zod'
import { createOperator, createCounty as writeCounty } from '../../domain/county.ts'
import { requireGoodPassword } from '../../domain/password.ts'
import { minPasswordLength } from '../../domain/security-policy.ts'
import { command } from '../../domain/services.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'
import { hashPassword } from '../../kernel/session.ts'

export const createCounty = command({
  roles: ['systemAdmin'],
  input: z.strictObject({
    countyId: z.int().min(1).max(999),
    code: z.string().regex(/^\d{6}$/),
    name: z.string().min(1).max(60),
    nameEn: z.string().min(1).max(60),
    hotlineNumber: z
      .string()
      .regex(/^\d{3,15}$/)
      .nullable(),
    securityAdmin: z.strictObject({
      signInName: z.string().min(2).max(60),
      staffNo: z.string().min(1).max(20),
      name: z.string().min(1).max(60),
      password: secret(z.string().min(1).max(200)),
    }),
  }),
  output: z.object({ countyId: z.int() }),
  async run({ tx, countyId }, { securityAdmin, ...county }) {
    if (countyId !== 0) refuse('installationOnly')
    await writeCounty(tx, county)
    const { password, ...person } = securityAdmin
    requireGoodPassword(password, person, minPasswordLength)
    const passwordHash = await hashPassword(password)
    await createOperator(tx, {
      ...person,
      countyId: county.countyId,
      role: 'securityAdmin',
      holderId: null,
      passwordHash,
      mustChangePassword: true,
    })
    return { countyId: county.countyId }
  },
})
