// Shapes that the operations on organisation share.

import { z } from 'zod'
import { secret } from '../../kernel/redact.ts'

/** The first security administrator of a county or of the installation. */
export const firstSecurityAdmin = z.strictObject({
  signInName: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,59}$/u),
  staffNo: z.string().regex(/^[\p{L}\p{N}._-]{1,20}$/u),
  name: z.string().trim().min(1).max(60),
  password: secret(z.string().min(1).max(200)),
})
