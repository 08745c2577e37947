// How Mandarin reads money, numbers, digits, dates, times, keys and names.
import { checkedDigits, dateParts, digitGroups, monthParts, timeParts } from '../parts-of.ts'
import type { Reader, Spoken } from '../spoken.ts'
import { cardinal, countUnits, moneyUnits } from './numbers.ts'
import { surnameClip, surnameOf } from './surnames.ts'
import { units } from './units.ts'

const GROUP_PAUSE_MS = 200

/** 二十点零六分, 两点, 零点三十分. */
function timeUnits(time: string): string[] {
  const { hour, minute } = timeParts(time)
  const said = [...countUnits(hour), 'oclock']
  if (minute === 0) return said
  if (minute < 10) said.push('number.0')
  return [...said, `number.${minute}`, 'fen']
}

function dateUnits(date: string): string[] {
  const { year, month, day } = dateParts(date)
  return [...(year === null ? [] : yearUnits(year)), `number.${month}`, 'month', `number.${day}`, 'day']
}

function monthUnits(text: string): string[] {
  const { year, month } = monthParts(text)
  return [...yearUnits(year), `number.${month}`, 'month']
}

/** Digit by digit, and never 幺. */
function yearUnits(year: number): string[] {
  return [...[...String(year).padStart(4, '0')].map(digit => `number.${digit}`), 'year']
}

function readDigits(digits: string, yao: boolean): Spoken {
  const groups = digitGroups(checkedDigits(digits)).map(group =>
    say([...group].map(digit => (digit === '1' && yao ? 'number.yao' : `number.${digit}`))),
  )
  return {
    text: groups.map(group => group.text).join(''),
    clips: groups.flatMap((group, i) => (i === 0 ? group.clips : [`pause/${GROUP_PAUSE_MS}`, ...group.clips])),
  }
}

function readName(accountName: string): Spoken | null {
  const found = surnameOf(accountName)
  if (found === null) return null
  const rest = say([found.givenLength > 1 ? 'name.moumou' : 'name.mou'])
  return { text: found.surname + rest.text, clips: [surnameClip(found.reading), ...rest.clips] }
}

function keyUnit(key: string): string {
  if (key === '*') return 'star'
  if (key === '#') return 'hash'
  if (!/^\d$/.test(key)) throw new RangeError(`cannot be read: no key ${key}`)
  return `number.${key}`
}

function say(said: readonly string[]): Spoken {
  return { text: said.map(unit => units[unit] ?? '').join(''), clips: said.map(unit => `zh-CN/${unit}`) }
}

export const reader: Reader = {
  money: fen => say(moneyUnits(fen)),
  number: value => say(cardinal(value)),
  count: value => say(countUnits(value)),
  hours: value => say(value === 1 ? ['hours.1'] : [...countUnits(value), 'hours']),
  digits: (digits, options) => readDigits(digits, options?.yao ?? true),
  date: date => say(dateUnits(date)),
  month: month => say(monthUnits(month)),
  time: time => say(timeUnits(time)),
  key: key => say([keyUnit(key)]),
  name: readName,
}
