// Text as every wire carries it: no control characters, no separator, no longer than the field.

/** Profiles 1 and 2 count characters; a character outside the basic plane counts once and is never cut in half. */
export function wireText(text: string, maxCharacters: number): string {
  const clean = text.replace(/[\p{Cc}|]/gu, '')
  return clean.length <= maxCharacters ? clean : Array.from(clean).slice(0, maxCharacters).join('')
}

/** 户号 for logs: the first three and the last two digits. */
export function maskAccountNo(accountNo: string): string {
  if (accountNo.length <= 5) return '*'.repeat(accountNo.length)
  return `${accountNo.slice(0, 3)}${'*'.repeat(accountNo.length - 5)}${accountNo.slice(-2)}`
}

/** A name for logs: its first character. */
export function maskName(name: string): string {
  const [first = ''] = name
  return first === '' ? '' : `${first}**`
}
