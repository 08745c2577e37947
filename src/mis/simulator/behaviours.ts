// How well this billing system behaves: each can be worsened to imitate a poorer one.

import { z } from 'zod'

export const behavioursSchema = z.object({
  /** `sticky` remembers every first outcome; `acceptedOnly` only acceptances; `codeOnly` says "duplicate"; `none` posts again. */
  dedup: z.enum(['sticky', 'acceptedOnly', 'codeOnly', 'none']),
  /** `history` and `none`: the operation queryPosting is not offered. */
  query: z.enum(['native', 'history', 'none']),
  close: z.enum(['native', 'none']),
  enforceExpiry: z.boolean(),
  itemsRequired: z.boolean(),
  /** `signIn`: the day is open only between sign-in and sign-out. */
  dayControl: z.enum(['clock', 'signIn']),
})

export type Behaviours = z.infer<typeof behavioursSchema>

export const bestBehaviours: Behaviours = {
  dedup: 'sticky',
  query: 'native',
  close: 'native',
  enforceExpiry: true,
  itemsRequired: false,
  dayControl: 'clock',
}
