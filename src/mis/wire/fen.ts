// Amounts on the wire: whole fen of at most twelve digits, in JSON an integer, never through a fraction.

import { z } from 'zod'

export const mostFen = 999_999_999_999

export const fenField = z.number().int().min(0).max(mostFen)
export const signedFenField = z.number().int().min(-mostFen).max(mostFen)
/** A posting or a reversal moves at least one fen. */
export const movedFenField = z.number().int().min(1).max(mostFen)
