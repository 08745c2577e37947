// The headers of a message as a reader of its own sees them, so that the endpoint's parser is not its own judge.

import type { Buffer } from 'node:buffer'

export interface Reading {
  /** Zero for a request. */
  readonly status: number
  readonly method: string
  header(name: string): string
  /** A list header's items, however they are spread over lines. */
  list(name: string): string[]
  tag(name: 'from' | 'to'): string | null
  branch(): string
}

const compact = new Map(Object.entries({ v: 'via', f: 'from', t: 'to', i: 'call-id' }))

export function headersOf(message: Buffer): Reading {
  const [head = ''] = message.toString('latin1').split('\r\n\r\n', 1)
  const [start = '', ...lines] = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  const fields = lines.map(line => {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    return { name: compact.get(name) ?? name, value: line.slice(colon + 1).trim() }
  })
  const header = (name: string): string => fields.find(field => field.name === name)?.value ?? ''
  const list = (name: string): string[] =>
    fields
      .filter(field => field.name === name)
      .flatMap(({ value }) => value.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
      .map(item => item.trim())
  return {
    status: start.startsWith('SIP/2.0 ') ? Number(start.slice(8, 11)) : 0,
    method: header('cseq').split(/\s+/)[1] ?? '',
    header,
    list,
    tag: name => /;\s*tag\s*=\s*([^;\s>]+)\s*(?:;.*)?$/i.exec(header(name))?.[1] ?? null,
    branch: () => /;\s*branch\s*=\s*([^;,\s]+)/i.exec(list('via')[0] ?? '')?.[1] ?? '',
  }
}
