// Makes hostile variants of messages from a seed: the same seed, the same variants.

import { Buffer } from 'node:buffer'

export type Random = (below: number) => number

export function seeded(seed: number): Random {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** What breaks parsers: openings without an end, separators in heaps, numbers at their limits, line ends of all kinds. */
const nasty = [
  ...['"', '<', '>', '\\', ';', ',', '%', '%00', '@', ':', '[', ']', '=', '/', '?', ' ', '\t', '\0', '\xff', '\x7f'],
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n ',
    '\r\n\r\n',
    '0',
    '-1',
    '2147483648',
    '4294967296',
    '99999999999999999999',
    'SIP/2.0',
  ],
  ...[
    'Via: ',
    'Content-Length: 9999\r\n',
    'l: -5\r\n',
    'Route: <sip:x;lr>,',
    'a=rtpmap:',
    'm=audio ',
    'c=IN IP6 ::',
    'e\u0301',
  ],
]
const repeats = [1, 1, 2, 5, 60, 1_000, 8_000]
const mostBytes = 60_000

type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer

const changes: readonly Change[] = [
  (bytes, random) => {
    const copy = Buffer.from(bytes)
    for (let i = random(6); i >= 0; i--) copy[random(copy.length || 1)] = random(256)
    return copy
  },
  (bytes, random) => {
    const text = (nasty[random(nasty.length)] ?? '').repeat(repeats[random(repeats.length)] ?? 1)
    const at = random(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(at)])
  },
  (bytes, random) => {
    const [from, length] = [random(bytes.length + 1), random(80)]
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)])
  },
  (bytes, random) => {
    const from = random(bytes.length + 1)
    const piece = bytes.subarray(from, from + random(300))
    const pieces = Array.from({ length: repeats[random(repeats.length - 2)] ?? 1 }, () => piece)
    return Buffer.concat([bytes.subarray(0, from), ...pieces, bytes.subarray(from)])
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]),
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
]

export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  const pick = (): Buffer => corpus[random(corpus.length)] ?? Buffer.alloc(0)
  let bytes = pick()
  for (let i = random(3); i >= 0; i--) bytes = changes[random(changes.length)]?.(bytes, random, pick()) ?? bytes
  return bytes.subarray(0, mostBytes)
}
