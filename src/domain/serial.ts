// Card serials: stored as one number without check digit, printed and keyed as twelve digits with it.

import { refuse } from '../kernel/refusal.ts'

export const defaultNumberDigits = 8
const countyDigits = 3
const zero = '0'.charCodeAt(0)

/** The serial as stored: county, then number, without the check digit. */
export function storedSerial(countyId: number, number: number, numberDigits = defaultNumberDigits): number {
  return countyId * 10 ** numberDigits + number
}

/** The digit that, doubled with its digits added, gives each of 0 to 9. */
const halved = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9] as const

/** The serial as printed, keyed and sent: county 3, check digit 1, number. The check digit makes the whole pass Luhn. */
export function printSerial(stored: number, numberDigits = defaultNumberDigits): string {
  const scale = 10 ** numberDigits
  const county = String(Math.floor(stored / scale)).padStart(countyDigits, '0')
  const number = String(stored % scale).padStart(numberDigits, '0')
  const missing = (10 - (luhnSum(`${county}0${number}`) % 10)) % 10
  // Counted from the right, every second digit is doubled: where the check digit is one of them, half of it is wanted.
  const check = numberDigits % 2 === 0 ? missing : halved[missing]
  return `${county}${check}${number}`
}

/** Reads a printed serial; null when it is not digits of a possible length or its check digit is wrong. */
export function readSerial(printed: string): { countyId: number; stored: number; numberDigits: number } | null {
  if (!/^\d{10,16}$/.test(printed) || !passesLuhn(printed)) return null
  const numberDigits = printed.length - countyDigits - 1
  const countyId = Number(printed.slice(0, countyDigits))
  return {
    countyId,
    stored: storedSerial(countyId, Number(printed.slice(countyDigits + 1)), numberDigits),
    numberDigits,
  }
}

/** Reads a printed serial of the actor's own county, or refuses naming it. */
export function ownSerial(printed: string, countyId: number): number {
  const serial = readSerial(printed)
  if (!serial) return refuse('badSerial', { serial: printed })
  if (serial.countyId !== countyId) return refuse('foreignSerial', { serial: printed })
  return serial.stored
}

/** Luhn's check over decimal digits, the last being the rightmost. */
export function passesLuhn(digits: string): boolean {
  return luhnSum(digits) % 10 === 0
}

function luhnSum(digits: string): number {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - zero
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum
}
