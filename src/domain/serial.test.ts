// Serials against the published examples and against every single wrong digit.

import { describe, expect, it } from 'vitest'
import { printSerial, readSerial, storedSerial } from './serial.ts'

describe('card serials', () => {
  it.each([
    [1, 120, '001300000120'],
    [1, 121, '001200000121'],
    [370, 12345678, '370312345678'],
  ])('prints county %i number %i as %s', (county, number, printed) => {
    expect(printSerial(storedSerial(county, number))).toBe(printed)
    expect(readSerial(printed)).toEqual({ countyId: county, stored: storedSerial(county, number), numberDigits: 8 })
  })

  it.each([6, 7, 8, 9, 10, 11, 12])('reads back what it prints with %i digits, on a pass of Luhn', digits => {
    for (let number = 0; number < 300; number += 7) {
      const printed = printSerial(storedSerial(370, number, digits), digits)
      expect(readSerial(printed)).toEqual({
        countyId: 370,
        stored: storedSerial(370, number, digits),
        numberDigits: digits,
      })
    }
  })

  it('notices every single wrong digit', () => {
    const printed = '370312345678'
    for (let place = 0; place < printed.length; place += 1) {
      for (const digit of '0123456789') {
        if (digit === printed[place]) continue
        expect(readSerial(printed.slice(0, place) + digit + printed.slice(place + 1))).toBeNull()
      }
    }
  })
})
