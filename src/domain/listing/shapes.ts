// How values of the database appear in rows: serials printed, numbers of persons with their middle hidden.

import { z } from 'zod'
import { mask } from '../../kernel/redact.ts'
import { printSerial } from '../serial.ts'

const print = (value: unknown) => (typeof value === 'number' ? printSerial(value) : value)

/** A card serial in full, as clerks need it for stock. */
export const fullSerial = z.preprocess(print, z.string())

/** A card serial beside an account or a telephone: middle hidden. */
export const maskedSerial = z.preprocess(value => {
  const printed = print(value)
  return typeof printed === 'string' ? mask('serial', printed) : printed
}, z.string())

export const maskedAccount = z.preprocess(
  value => (typeof value === 'string' ? mask('accountNo', value) : value),
  z.string(),
)

export const maskedPhone = z.preprocess(
  value => (typeof value === 'string' ? mask('phone', value) : value),
  z.string().nullable(),
)
