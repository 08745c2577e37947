// How English reads money, numbers, digits, dates, times, keys and names.
import { checkedDigits, checkedWhole, dateParts, digitGroups, moneyParts, monthParts, timeParts } from '../parts-of.ts'
import type { Reader, Spoken } from '../spoken.ts'
import { surnameClip, surnameOf } from '../zh-CN/surnames.ts'
import { units } from './units.ts'

const GROUP_PAUSE_MS = 200
const SCALES = ['', 'thousand', 'million', 'billion'] as const

/** One thousand and fifty; one hundred and twenty-three thousand four hundred and fifty-six. */
function cardinal(value: number): string[] {
  if (checkedWhole(value) === 0) return ['number.0']
  const said: string[] = []
  for (const [place, scale] of [...SCALES.entries()].reverse()) {
    const group = Math.floor(value / 1000 ** place) % 1000
    if (group === 0) continue
    if (said.length > 0 && place === 0 && group < 100) said.push('and')
    said.push(...belowThousand(group), ...(scale === '' ? [] : [scale]))
  }
  return said
}

function belowThousand(value: number): string[] {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100]
  if (hundreds === 0) return [`number.${rest}`]
  return [`number.${hundreds}`, 'hundred', ...(rest > 0 ? ['and', `number.${rest}`] : [])]
}

/** Twelve yuan and five fen, as with dollars and cents; jiao are counted in fen: twelve yuan and fifty fen. */
function moneyUnits(amountFen: number): string[] {
  const { negative, yuan, jiao, fen } = moneyParts(amountFen)
  const small = jiao * 10 + fen
  const said = negative ? ['minus'] : []
  if (yuan > 0 || small === 0) said.push(...cardinal(yuan), 'yuan')
  if (yuan > 0 && small > 0) said.push('and')
  if (small > 0) said.push(`number.${small}`, 'fen')
  return said
}

/** Twenty twenty-six, twenty oh five, two thousand. */
function yearUnits(year: number): string[] {
  const [century, rest] = [Math.floor(year / 100), year % 100]
  if (century % 10 === 0 && rest < 10) return cardinal(year)
  if (rest === 0) return [`number.${century}`, 'hundred']
  return [`number.${century}`, ...(rest < 10 ? ['oh'] : []), `number.${rest}`]
}

function dateUnits(date: string): string[] {
  const { year, month, day } = dateParts(date)
  return [`month.${month}`, `day.${day}`, ...(year === null ? [] : yearUnits(year))]
}

function monthUnits(text: string): string[] {
  const { year, month } = monthParts(text)
  return [`month.${month}`, ...yearUnits(year)]
}

/** Eight a.m., eight oh six p.m., twelve noon. */
function timeUnits(time: string): string[] {
  const { hour, minute } = timeParts(time)
  const onClock = `number.${hour % 12 === 0 ? 12 : hour % 12}`
  if (minute === 0 && hour % 12 === 0) return [onClock, hour === 12 ? 'noon' : 'midnight']
  const minutes = minute === 0 ? [] : [...(minute < 10 ? ['oh'] : []), `number.${minute}`]
  return [onClock, ...minutes, hour < 12 ? 'am' : 'pm']
}

function readDigits(digits: string): Spoken {
  const groups = digitGroups(checkedDigits(digits)).map(group => say([...group].map(digit => `number.${digit}`)))
  return {
    text: groups.map(group => group.text).join(', '),
    clips: groups.flatMap((group, i) => (i === 0 ? group.clips : [`pause/${GROUP_PAUSE_MS}`, ...group.clips])),
  }
}

/** The surname alone, in its Chinese sound: Wang, Ouyang. */
function readName(accountName: string): Spoken | null {
  const found = surnameOf(accountName)
  if (found === null) return null
  const letters = found.reading.replace(/\d/g, '').replace('lv', 'lyu')
  return { text: letters.charAt(0).toUpperCase() + letters.slice(1), clips: [surnameClip(found.reading)] }
}

function keyUnit(key: string): string {
  if (key === '*') return 'star'
  if (key === '#') return 'hash'
  if (!/^\d$/.test(key)) throw new RangeError(`cannot be read: no key ${key}`)
  return `number.${key}`
}

function say(said: readonly string[]): Spoken {
  return { text: said.map(unit => units[unit] ?? '').join(' '), clips: said.map(unit => `en-US/${unit}`) }
}

export const reader: Reader = {
  money: fen => say(moneyUnits(fen)),
  number: value => say(cardinal(value)),
  count: value => say(cardinal(value)),
  hours: value => say([...cardinal(value), value === 1 ? 'hour' : 'hours']),
  digits: readDigits,
  date: date => say(dateUnits(date)),
  month: month => say(monthUnits(month)),
  time: time => say(timeUnits(time)),
  key: key => say([keyUnit(key)]),
  name: readName,
}
