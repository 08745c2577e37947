// OpenAPI 3.1 read from the registry: one POST per operation, its schemas, and who may call it.

import { z } from 'zod'

interface Described {
  kind: string
  roles: readonly string[]
  input: z.ZodType
  output: z.ZodType
}

/** The whole document. `title` says in words what an operation is called. */
export function openApi(operations: ReadonlyMap<string, Described>, title: (name: string) => string): object {
  const refusal = {
    description: 'refused: a code, the sentence, and the details that fill it',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
  }
  const paths = [...operations].map(([name, operation]) => [
    `/api/${name}`,
    {
      post: {
        operationId: name,
        summary: title(name),
        description: `${operation.kind}; roles: ${operation.roles.join(', ')}`,
        tags: [name.split('.')[0]],
        ...(operation.kind === 'command' ? { parameters: [idempotencyKey] } : {}),
        requestBody: { content: { 'application/json': { schema: schemaOf(operation.input, 'input') } } },
        responses: {
          200: {
            description: 'done',
            content: { 'application/json': { schema: schemaOf(operation.output, 'output') } },
          },
          401: refusal,
          403: refusal,
          409: refusal,
          422: refusal,
        },
      },
    },
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'dianka 电卡', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Refusal: {
          type: 'object',
          properties: {
            error: {
              type: 'object',
              properties: {
                code: { type: 'string' },
                message: { type: 'string' },
                details: { type: 'object' },
                requestId: { type: 'string' },
              },
              required: ['code', 'message', 'requestId'],
            },
          },
          required: ['error'],
        },
      },
    },
    security: [{ session: [] }],
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
  description: 'a repeat with the same key and input gets the first result',
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })
}
