// Keys as typed on the command line.
import { describe, expect, it } from 'vitest'
import { parseEntries } from './key-entries.ts'

describe('entries', () => {
  it('are separated by commas, may interrupt, may be secret, may be empty', () => {
    expect(parseEntries('1, 0013#,!2,', [1])).toEqual([
      { keys: ['1'], interrupts: false, secret: false },
      { keys: ['0', '0', '1', '3', '#'], interrupts: false, secret: true },
      { keys: ['2'], interrupts: true, secret: false },
      { keys: [], interrupts: false, secret: false },
    ])
    expect(parseEntries('')).toEqual([])
  })

  it('do not repeat what is wrong in them, which may be a PIN', () => {
    expect(() => parseEntries('1,77a8')).toThrow(/^entry 2 has something else than/)
    expect(() => parseEntries('1'.repeat(100))).toThrow('entry 1 has more than')
    expect(() => parseEntries(','.repeat(1_000))).toThrow('more than')
  })
})
