// Shapes that many operations share: instants, printed serials, account numbers, pages.

import { z } from 'zod'
import { masked } from '../kernel/redact.ts'

/** An instant in answers: a Date goes out as ISO 8601, and a kept answer reads back the same. */
export const instant = z.preprocess(value => (value instanceof Date ? value.toISOString() : value), z.string())

/** A card serial as printed, with its check digit. */
export const printedSerial = z.string().regex(/^\d{10,16}$/)

/** 户号: digits, kept as text, leading zeros kept; written down with its middle hidden. */
export const accountNo = masked(z.string().regex(/^\d{4,20}$/), 'accountNo')

/** A transaction serial of the billing interfaces: county code, date, sequence. */
export const transactionSerial = z.string().regex(/^\d{24}$/)

export const pageSize = z.int().min(1).max(200).default(50)
