// The clear text of both card files: head, one line a card, and a last line with the count. See docs/card-files.md.

import { yuan } from '../money.ts'

export type FileKind = 'new-cards' | 'produced-cards'

/** What stands at the head of a card file. Serials are printed ones. */
export interface FileHead {
  batchNo: string
  /** The six-digit code of the county company. */
  county: string
  faceValueFen: number
  quantity: number
  expiresOn: string
  firstSerial: string
  lastSerial: string
}

const version = 1
const title = (kind: FileKind) => `dianka ${kind} ${version}`

/** The head as lines; an empty line ends it. */
export function headText(kind: FileKind, head: FileHead): string {
  const members = [
    ['batch', head.batchNo],
    ['county', head.county],
    ['faceValue', yuan(head.faceValueFen)],
    ['quantity', head.quantity],
    ['expires', head.expiresOn],
    ['first', head.firstSerial],
    ['last', head.lastSerial],
  ]
  return `${title(kind)}\n${members.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`
}

export const endText = (count: number) => `end ${count}\n`

/** What is wrong with a file's text, and in which line. */
export class CardFileError extends Error {
  readonly line: number
  readonly problem: string
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`)
    this.name = 'CardFileError'
    this.line = line
    this.problem = problem
  }
}

export interface FileReader {
  head: FileHead
  /** Groups of card lines with the number of the first line of each; ends after checking the count. */
  groups: AsyncGenerator<{ firstLine: number; lines: string[] }>
}

/** Reads the head, then hands out the card lines in groups. */
export async function readCardFile(kind: FileKind, lines: AsyncGenerator<string[]>): Promise<FileReader> {
  const headLines: string[] = []
  for (;;) {
    const next = await lines.next()
    if (next.done) throw new CardFileError(headLines.length + 1, 'no end of head')
    const blank = next.value.indexOf('')
    headLines.push(...(blank < 0 ? next.value : next.value.slice(0, blank)))
    if (headLines.length > maxHeadLines) throw new CardFileError(maxHeadLines, 'no end of head')
    if (blank >= 0) {
      const rest = next.value.slice(blank + 1)
      return { head: parseHead(kind, headLines), groups: cardLines(headLines.length + 2, rest, lines) }
    }
  }
}

const maxHeadLines = 20

async function* cardLines(first: number, rest: string[], more: AsyncGenerator<string[]>): FileReader['groups'] {
  let line = first
  let count = 0
  for (let lines = rest; ; ) {
    const last = lines.findIndex(text => text.startsWith('end '))
    const cards = last < 0 ? lines : lines.slice(0, last)
    count += cards.length
    if (cards.length > 0) yield { firstLine: line, lines: cards }
    line += lines.length
    const next = await more.next()
    if (last >= 0) {
      if (lines[last] !== `end ${count}`) throw new CardFileError(line, `count is ${count}, the end says otherwise`)
      if (!next.done || last !== lines.length - 1) throw new CardFileError(line, 'lines after the end')
      return
    }
    if (next.done) throw new CardFileError(line, 'no end')
    lines = next.value
  }
}

const patterns: Record<string, RegExp> = {
  batch: /^ZK\d{18,}$/,
  county: /^\d{6}$/,
  faceValue: /^\d{1,4}\.\d\d$/,
  quantity: /^[1-9]\d{0,6}$/,
  expires: /^\d{4}-\d\d-\d\d$/,
  first: /^\d{10,16}$/,
  last: /^\d{10,16}$/,
}

function parseHead(kind: FileKind, lines: string[]): FileHead {
  if (lines[0] !== title(kind)) throw new CardFileError(1, `the first line is not “${title(kind)}”`)
  const members = new Map<string, string>()
  for (const [place, line] of lines.slice(1).entries()) {
    const [, name = '', value = ''] = /^(\w+): (.*)$/.exec(line) ?? []
    if (!patterns[name]?.test(value) || members.has(name)) throw new CardFileError(place + 2, 'not a line of the head')
    members.set(name, value)
  }
  const member = (name: string) => {
    const value = members.get(name)
    if (value === undefined) throw new CardFileError(lines.length + 1, `the head has no ${name}`)
    return value
  }
  return {
    batchNo: member('batch'),
    county: member('county'),
    faceValueFen: parseYuan(member('faceValue')),
    quantity: Number(member('quantity')),
    expiresOn: member('expires'),
    firstSerial: member('first'),
    lastSerial: member('last'),
  }
}

/** `50.00` as fen. */
export function parseYuan(text: string): number {
  return Number(text.replace('.', ''))
}
