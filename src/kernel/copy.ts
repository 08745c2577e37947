// COPY: the fastest way to bring many rows into a table, on a connection of one's own and in its transaction.

import type pg from 'pg'

/** What the driver calls on a query of one's own; it has no types for COPY. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** Runs a `copy … from stdin` statement with these bytes. */
export function copyIn(client: pg.ClientBase, statement: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null
    client.query({
      submit: (connection: unknown) => asCopying(connection).query(statement),
      handleCopyInResponse: (connection: CopyConnection) => {
        connection.sendCopyFromChunk(data)
        connection.endCopyFrom()
      },
      handleCommandComplete: () => {},
      handleError: (error: Error) => {
        failure = error
        reject(error)
      },
      handleReadyForQuery: () => {
        if (!failure) resolve()
      },
    })
  })
}

function asCopying(connection: unknown): CopyConnection {
  return connection as CopyConnection
}

export type CopyValue = string | number | boolean | Date | Buffer | object | null

/** Writes rows as text; objects become JSON, instants ISO 8601. */
export function copyRows(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  const text = rows.map(row => row.map(asText).join('\t')).join('\n')
  const data = Buffer.from(rows.length === 0 ? '' : `${text}\n`)
  return copyIn(client, `copy ${table} (${columns.join(', ')}) from stdin`, data)
}

function asText(value: CopyValue): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`
  return escaped(JSON.stringify(value))
}

const special = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escaped(text: string): string {
  return text.replace(special, character => escapes[character] ?? character)
}
