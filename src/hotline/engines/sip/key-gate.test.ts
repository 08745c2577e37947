// One press, one key, although telephones report it in several ways.
import { expect, it } from 'vitest'
import { createKeyGate } from './key-gate.ts'

it('takes a press that comes as tone and event and INFO once, in whatever order', () => {
  const gate = createKeyGate()
  expect(gate.accepts('5', 'inband', 0)).toBe(true)
  expect(gate.accepts('5', 'rfc4733', 30)).toBe(false)
  expect(gate.accepts('5', 'info', 60)).toBe(false)
})

it('takes the same key pressed twice by one way twice', () => {
  const gate = createKeyGate()
  expect([0, 100, 200].map(atMs => gate.accepts('5', 'rfc4733', atMs))).toEqual([true, true, true])
})

it('takes a later press by another way', () => {
  const gate = createKeyGate()
  expect(gate.accepts('5', 'info', 0)).toBe(true)
  expect(gate.accepts('5', 'rfc4733', 1_000)).toBe(true)
})

it('does not listen to tones once it has seen an event', () => {
  const gate = createKeyGate()
  gate.accepts('1', 'rfc4733', 0)
  expect(gate.accepts('2', 'inband', 10_000)).toBe(false)
})
