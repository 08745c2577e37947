// The small clips English numbers, money, dates and times are composed of, each with its words.

const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen'
).split(' ')
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

const ORDINALS = (
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
  'sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth ' +
  'twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first'
).split(' ')

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

function wordsBelowHundred(value: number): string {
  const small = SMALL[value]
  if (small !== undefined) return small
  const tens = TENS[Math.floor(value / 10)] ?? ''
  return value % 10 === 0 ? tens : `${tens}-${SMALL[value % 10]}`
}

/** Clip (without the language) to words. */
export const units: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from({ length: 100 }, (_, value) => [`number.${value}`, wordsBelowHundred(value)])),
  ...Object.fromEntries(ORDINALS.map((word, i) => [`day.${i + 1}`, word])),
  ...Object.fromEntries(MONTHS.map((word, i) => [`month.${i + 1}`, word])),
  hundred: 'hundred',
  thousand: 'thousand',
  million: 'million',
  billion: 'billion',
  and: 'and',
  minus: 'minus',
  oh: 'oh',
  yuan: 'yuan',
  fen: 'fen',
  hour: 'hour',
  hours: 'hours',
  am: 'a.m.',
  pm: 'p.m.',
  noon: 'noon',
  midnight: 'midnight',
  star: 'star',
  hash: 'pound',
}
