// What a sign-in is made of, and the warning that comes with every change of one.

import { z } from 'zod'
import { operatorRoles } from '../../domain/roles.ts'

/** No space and no sign that could be mistaken for another. */
export const signInName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,59}$/u)
export const staffNo = z.string().regex(/^[\p{L}\p{N}._-]{1,20}$/u)
export const personName = z.string().trim().min(1).max(60)
export const role = z.enum(operatorRoles)

/** Names the separated duties that the person would now hold together; empty where all is well. */
export const changed = z.object({ operatorId: z.int(), heldTogether: z.array(z.string()) })
export const operatorId = z.strictObject({ operatorId: z.int() })
