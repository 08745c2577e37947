// Shapes of answers that the lists and the page of a stock-in share.

import { z } from 'zod'
import { quantityOf, type SerialRange } from '../../domain/range.ts'
import { printSerial } from '../../domain/serial.ts'

/** Cards per class: 一致 缺少 多出 重复 密码不符 面值不符 厂家报废. */
export const counts = z.object({
  match: z.int(),
  missing: z.int(),
  extra: z.int(),
  duplicate: z.int(),
  changedPin: z.int(),
  changedFace: z.int(),
  reportedFaulty: z.int(),
})

export const noCounts: z.input<typeof counts> = {
  match: 0,
  missing: 0,
  extra: 0,
  duplicate: 0,
  changedPin: 0,
  changedFace: 0,
  reportedFaulty: 0,
}

export const printedResult = z.object({
  firstSerial: z.string(),
  lastSerial: z.string(),
  quantity: z.int(),
  reason: z.string(),
})

export function printRange<T extends SerialRange>({ firstSerial, lastSerial, ...rest }: T) {
  return {
    ...rest,
    firstSerial: printSerial(firstSerial),
    lastSerial: printSerial(lastSerial),
    quantity: quantityOf({ firstSerial, lastSerial }),
  }
}
