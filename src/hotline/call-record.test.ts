// The record of a call is complete and in order, also when writing fails for a while, and it never grows without bound.

import { expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { type CallRecordSettings, createCallRecord } from './call-record.ts'

const quality = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }

/** Keeps what is written; `fails` says whether the next write does. */
function recordInMemory(fails: () => boolean = () => false) {
  const written: { stepNo: number; text: string }[][] = []
  const done: string[] = []
  let atOnce = 0
  let mostAtOnce = 0
  const write = async <T>(name: string, result: T): Promise<T> => {
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    await new Promise(resolve => setTimeout(resolve, 5))
    atOnce -= 1
    if (fails()) throw new Error('the database is away')
    done.push(name)
    return result
  }
  const api = {
    call: {
      begin: () => write('begin', {}),
      end: () => write('end', {}),
      async step({ steps }: { steps: { stepNo: number; text: string }[] }) {
        const copy = [...steps]
        await write('step', {})
        written.push(copy)
      },
    },
  } as unknown as CallRecordSettings['api']
  const facts = { callId: 'c', caller: null, called: '95598', engine: 'script', trunk: '', codec: '' } as const
  const record = createCallRecord({ api, facts, now: () => new Date(0), log: silentLog })
  const texts = () => written.flat().map(step => step.text)
  return { record, written, done, texts, mostAtOnce: () => mostAtOnce }
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)

it('writes many steps in order, several at a time, one write after the other, and ends last', async () => {
  const { record, written, texts, done, mostAtOnce } = recordInMemory()
  await record.begin('zh-CN')
  for (const text of numbers(730)) record.step('say', text)
  await record.end('caller', 'menu', quality)
  expect(texts()).toEqual(numbers(730))
  expect(written.flat().map(step => step.stepNo)).toEqual(numbers(730).map(n => Number(n) + 1))
  expect(Math.max(...written.map(steps => steps.length))).toBeLessThanOrEqual(200)
  expect(done.at(-1)).toBe('end')
  expect(mostAtOnce()).toBe(1)
})

it('writes a step without waiting for the end of the call', async () => {
  const { record, texts } = recordInMemory()
  await record.begin('zh-CN')
  record.step('say', 'one')
  await expect.poll(texts).toEqual(['one'])
})

it('writes again what could not be written, each step once in its place', async () => {
  let failures = 4
  const { record, texts, done } = recordInMemory(() => done.length > 0 && failures-- > 0)
  await record.begin('zh-CN')
  for (const text of numbers(30)) record.step('say', text)
  await expect.poll(texts, { timeout: 5_000 }).toEqual(numbers(30))
  await record.end('caller', 'menu', quality)
  expect(done.at(-1)).toBe('end')
})

it('gives up after a while, without harm, when nothing can be written', async () => {
  let away = false
  const { record, texts } = recordInMemory(() => away)
  await record.begin('zh-CN')
  away = true
  for (const text of numbers(3_000)) record.step('say', text)
  await record.end('caller', 'menu', quality)
  await record.close()
  expect(texts()).toEqual([])
})

it('takes steps after the end, for a recharge outlives its caller', async () => {
  const { record, texts } = recordInMemory()
  await record.begin('zh-CN')
  await record.end('caller', 'recharge.confirmed', quality)
  record.step('answer', 'succeeded')
  await record.close()
  expect(texts()).toEqual(['succeeded'])
})

it('writes nothing for a call whose record never began', async () => {
  const { record, texts, done } = recordInMemory(() => true)
  await expect(record.begin('zh-CN')).rejects.toThrow('away')
  record.step('say', 'one')
  await record.end('caller', 'nothing', quality)
  expect([texts(), done]).toEqual([[], []])
})
