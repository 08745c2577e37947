// Marks on schemas that say what must not be seen, and the function that hides it wherever values are written down.

import { z } from 'zod'

const marks = z.registry<{ hide: 'secret' | 'ends' }>()

/** A value never to be written down: PINs, passwords, tokens. */
export function secret<T extends z.ZodType>(schema: T): T {
  const marked = schema.clone()
  marks.add(marked, { hide: 'secret' })
  return marked
}

/** A number written with its middle hidden: card serials, account numbers, telephones. */
export function masked<T extends z.ZodType>(schema: T): T {
  const marked = schema.clone()
  marks.add(marked, { hide: 'ends' })
  return marked
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
  if (mark?.hide === 'ends') return typeof value === 'string' ? maskMiddle(value) : '●●●'
  if (value === null || value === undefined) return value
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
