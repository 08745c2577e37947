// Marks on schemas that say what must not be seen, and the function that hides it wherever values are written down.

import { z } from 'zod'

/** Characters left at head and tail, and what stands between: one rule for screens, exports and logs. */
const left = { serial: [4, 4], accountNo: [3, 2], phone: [3, 4] } as const
/** What a value is; a number of no known kind is judged by its length. */
export type MaskKind = keyof typeof left | 'number'

const marks = z.registry<{ hide: 'secret' | MaskKind }>()

/** A value never to be written down: PINs, passwords, tokens. */
export function secret<T extends z.ZodType>(schema: T): T {
  const marked = schema.clone()
  marks.add(marked, { hide: 'secret' })
  return marked
}

/** A number written with its middle hidden: card serials, account numbers, telephones. */
export function masked<T extends z.ZodType>(schema: T, hide: MaskKind = 'number'): T {
  const marked = schema.clone()
  marks.add(marked, { hide })
  return marked
}

/** A value of a kind as everyone may see it; what was masked before stays as it is. */
export function mask(kind: MaskKind, text: string): string {
  if (kind === 'number') return maskMiddle(text)
  const [head, tail] = left[kind]
  if (text.length <= head + tail) return '*'.repeat(text.length)
  return text.slice(0, head) + '*'.repeat(text.length - head - tail) + text.slice(-tail)
}

/** Keeps the first three or four and the last two or four characters, by length. */
export function maskMiddle(text: string): string {
  if (text.length <= 5) return '*'.repeat(text.length)
  const [head, tail] = text.length >= 12 ? [4, 4] : [3, 2]
  return text.slice(0, head) + '*'.repeat(text.length - head - tail) + text.slice(-tail)
}

/** The value with every marked part hidden; unknown members, which no schema vouches for, are left out. */
export function redact(schema: z.ZodType, value: unknown): unknown {
  const mark = marks.get(schema)
  if (mark?.hide === 'secret') return '●●●'
  if (value === null || value === undefined) return value
  if (mark) return typeof value === 'string' ? mask(mark.hide, value) : '●●●'
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return redact(inner(schema), value)
  }
  if (schema instanceof z.ZodObject && typeof value === 'object') {
    const shape: Record<string, z.ZodType> = schema.shape
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]) => {
        const known = shape[name]
        return known ? [[name, redact(known, part)]] : []
      }),
    )
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const element = schema.element
    return element instanceof z.ZodType ? value.slice(0, maxListed).map(part => redact(element, part)) : '●●●'
  }
  if (schema instanceof z.ZodRecord && typeof value === 'object') return value
  if (schema instanceof z.ZodUnion) {
    const fitting = schema.options.find(
      (option): option is z.ZodType => option instanceof z.ZodType && option.safeParse(value).success,
    )
    return fitting ? redact(fitting, value) : '●●●'
  }
  return typeof value === 'object' ? '●●●' : value
}

const maxListed = 100

function inner(schema: z.ZodOptional | z.ZodNullable | z.ZodDefault): z.ZodType {
  const type = schema.unwrap()
  return type instanceof z.ZodType ? type : z.never()
}
