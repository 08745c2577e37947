// Messages cut from a stream, however its bytes arrive.
import { Buffer } from 'node:buffer'
import { expect, it } from 'vitest'
import { MAX_HEAD_BYTES } from './limits.ts'
import { createFramer } from './stream-framing.ts'
import { messageText, OFFER } from './testing/test-messages.ts'

function frame(stream: string, chunk: number): { messages: string[]; keepAlives: number; problem: string | null } {
  const framer = createFramer()
  const bytes = Buffer.from(stream, 'latin1')
  const messages: string[] = []
  let keepAlives = 0
  let problem: string | null = null
  for (let at = 0; at < bytes.length && problem === null; at += chunk) {
    problem = framer.push(
      bytes.subarray(at, at + chunk),
      message => messages.push(message.toString('latin1')) > 0,
      () => keepAlives++,
    )
  }
  return { messages, keepAlives, problem }
}

const ONE = messageText({ body: OFFER })
const TWO = messageText({ method: 'OPTIONS' })

it.each([1, 3, 100, 1_000_000])('finds every message in chunks of %d', chunk => {
  const { messages, problem } = frame(ONE + TWO + ONE, chunk)
  expect(problem).toBeNull()
  expect(messages).toEqual([ONE, TWO, ONE])
})

it('takes many messages in one chunk larger than its buffer', () => {
  expect(frame(ONE.repeat(500), 1_000_000).messages).toHaveLength(500)
})

it('sees keep-alives between messages', () => {
  const { messages, keepAlives } = frame(`\r\n\r\n${ONE}\r\n\r\n`, 1_000)
  expect(messages).toEqual([ONE])
  expect(keepAlives).toBe(2)
})

it.each([
  ['a head without end', 'X'.repeat(MAX_HEAD_BYTES + 10)],
  ['no Content-Length', TWO.replace(/Content-Length.*\r\n/, '')],
  ['two Content-Lengths', TWO.replace('Content-Length', 'l: 5\r\nContent-Length')],
  ['a huge body', TWO.replace('Content-Length: 0', 'Content-Length: 999999')],
])('gives up at %s', (_, stream) => {
  expect(frame(stream, 512).problem).not.toBeNull()
})
