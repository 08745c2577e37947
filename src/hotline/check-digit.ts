// The check digit of card serials, so that a mistyped one is said so at once.

/** Luhn: from the right, every second digit doubled, the sum of all digits a multiple of ten. */
export function passesCheckDigit(serial: string): boolean {
  const sum = [...serial]
    .reverse()
    .map((digit, place) => Number(digit) * (place % 2 === 1 ? 2 : 1))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0)
  return sum % 10 === 0
}
