// People named on papers, with or without a sign-in: told apart by their staff number (工号), not by their name.

import { z } from 'zod'

export const person = z.strictObject({
  name: z.string().trim().min(1).max(30),
  staffNo: z.string().trim().min(1).max(20),
})
export type Person = z.infer<typeof person>

/** Whether two names on a paper are one person. */
export function samePerson(a: Person, b: Person): boolean {
  return a.staffNo.toUpperCase() === b.staffNo.toUpperCase()
}
