// Every state that a document can be in has a Chinese word for its slip, and every kind has a slip.

import { expect, test } from 'vitest'
import { documentKinds, stepsOf } from './document-life.ts'
import { slips, slipsOf } from './slip-layout.ts'
import { stateWord } from './slip-words.ts'

test('every kind has a slip, with white as its stub and the copies that the county uses', () => {
  for (const kind of documentKinds) expect(slipsOf(kind), kind).not.toHaveLength(0)
  for (const { copies, title } of Object.values(slips)) {
    expect(copies[0].colour, title).toBe('white')
    expect(copies[0].name, title).toMatch(/存根$/)
  }
  expect(slips.CK.copies.map(copy => copy.name)).toEqual(['存根', '财务', '供电所', '随卡'])
})

test.each(documentKinds)('every state of %s has a word', kind => {
  const states = new Set(stepsOf(kind).flatMap(step => [...step.from, step.to]))
  expect([...states].filter(state => stateWord(kind, state) === state)).toEqual([])
})
