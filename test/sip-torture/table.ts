// Reads `expected.tsv`: which answers to a torture message are allowed, over each transport and aimed at the hotline.

import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Row {
  readonly file: string
  readonly udp: ReadonlySet<string>
  readonly tcp: ReadonlySet<string>
  /** Null where the Request-URI itself is what is tested. */
  readonly aimed: ReadonlySet<string> | null
  readonly checks: ReadonlySet<string>
  readonly why: string
}

export function readTable(folder: string): Row[] {
  const lines = readFileSync(join(folder, 'expected.tsv'), 'utf8').split('\n')
  const sets = new Map<string, string>()
  const rows: Row[] = []
  for (const line of lines) {
    const fields = line.split('\t')
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('%')) sets.set(fields[0] ?? '', fields[1] ?? '')
    else rows.push(rowOf(fields, sets))
  }
  return rows
}

function rowOf(fields: readonly string[], sets: ReadonlyMap<string, string>): Row {
  const [file = '', , must = '', may = '', tcpMust = '', tcpMay = '', aim = '', checks = '', why = ''] = fields
  const answers = (...texts: string[]): Set<string> =>
    new Set(
      texts
        .flatMap(text => text.split(','))
        .flatMap(one => (sets.get(one) ?? one).split(','))
        .filter(Boolean),
    )
  const same = (text: string, udp: string): string => (text === '=' ? udp : text)
  return {
    file,
    udp: answers(must, may),
    tcp: answers(same(tcpMust, must), same(tcpMay, may)),
    aimed: aim === '-' ? null : answers(aim),
    checks: answers(checks),
    why,
  }
}

/** Over a stream an aimed message may end the connection wherever the message as it is may. */
export function tableOf({ aimed, tcp }: Row, transport: 'udp' | 'tcp'): ReadonlySet<string> {
  const alike = ['silence', 'close'].filter(word => transport === 'tcp' && tcp.has(word))
  return new Set([...(aimed ?? []), ...alike])
}

/** The message with another Request-URI, and nothing else changed. */
export function aimed(message: Buffer, uri: string): Buffer {
  const end = message.indexOf('\r\n')
  const line = message.toString('latin1', 0, end)
  const parts = /^(\S+)(\s+).*?(\s+\S+\s*)$/.exec(line)
  if (parts === null) throw new Error(`no request line: ${line}`)
  return Buffer.concat([Buffer.from(`${parts[1]}${parts[2]}${uri}${parts[3]}`, 'latin1'), message.subarray(end)])
}
