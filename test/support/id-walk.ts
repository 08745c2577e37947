// Calls operations with somebody else's ids: inputs are made from the schemas, every id in them is one of theirs.

import { z } from 'zod'
import type { Services } from '../../src/domain/services.ts'
import type { Operation } from '../../src/kernel/operation.ts'

/** What stands for an id by the name of its member; of several, each is tried. */
export type Ids = Readonly<Record<string, readonly (string | number)[]>>

const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minItems: z.number().optional(),
  minLength: z.number().optional(),
})

/** Samples for patterns, the first that fits. */
const texts = [
  '原因说明，写明十个字以上的经过',
  'A1',
  '123456',
  '1234567890',
  '13800138000',
  '2099-01-01',
  'ABCDEF',
  '0'.repeat(24),
  'a'.repeat(40),
  '0'.repeat(64),
]
const formats: Readonly<Record<string, string>> = {
  date: '2099-01-01',
  'date-time': '2099-01-01T00:00:00Z',
  uuid: '00000000-0000-4000-8000-000000000000',
}

/** The members of an input that are ids of the given names, at any depth. */
export function idsIn(operation: Operation<Services>, ids: Ids): string[] {
  const names = new Set<string>()
  const look = (part: unknown) => {
    if (Array.isArray(part)) part.forEach(look)
    else if (typeof part === 'object' && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        if (name in ids) names.add(name)
        look(inner)
      }
    }
  }
  look(jsonSchema(operation))
  return [...names]
}

/** An input with everything required, every id of theirs, and the `turn`-th of several. */
export function inputWith(operation: Operation<Services>, ids: Ids, turn: number): unknown {
  return sample(jsonSchema(operation), ids, turn, '')
}

function jsonSchema(operation: Operation<Services>): unknown {
  return z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
}

function sample(part: unknown, ids: Ids, turn: number, name: string): unknown {
  const s = schema.parse(part)
  const theirs = ids[name]
  if (theirs && s.type !== 'array' && s.type !== 'object') return theirs[turn % theirs.length]
  if (s.const !== undefined) return s.const
  if (s.enum) return s.enum[turn % s.enum.length]
  const options = s.anyOf ?? s.oneOf
  if (options) {
    const real = options.filter(option => schema.parse(option).type !== 'null')
    return sample(real[turn % real.length], ids, turn, name)
  }
  if (s.type === 'object') {
    const wanted = Object.entries(s.properties ?? {}).filter(([key, inner]) => {
      const isNested = ['object', 'array'].includes(String(schema.parse(inner).type))
      return s.required?.includes(key) || key in ids || (isNested && JSON.stringify(inner).includes('Id"'))
    })
    return Object.fromEntries(wanted.map(([key, inner]) => [key, sample(inner, ids, turn, key)]))
  }
  if (s.type === 'array') return [sample(s.items ?? {}, ids, turn, name)]
  if (s.type === 'integer' || s.type === 'number') return Math.max(s.minimum ?? 1, (s.exclusiveMinimum ?? 0) + 1)
  if (s.type === 'boolean') return true
  if (s.format && formats[s.format]) return formats[s.format]
  const { pattern } = s
  if (pattern) return texts.find(text => new RegExp(pattern, 'u').test(text)) ?? ''
  return texts[0]
}
