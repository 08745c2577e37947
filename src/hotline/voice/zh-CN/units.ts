// The small clips Mandarin numbers, money, dates and times are composed of, each with its words.

const DIGITS = '零一二三四五六七八九'

/** 0 to 99 as one speaks them alone: 零, 十, 十一, 二十五. */
function wordsBelowHundred(value: number): string {
  const [tens, ones] = [Math.floor(value / 10), value % 10]
  const head = tens === 0 ? '' : `${tens === 1 ? '' : DIGITS[tens]}十`
  return ones > 0 || tens === 0 ? `${head}${DIGITS[ones]}` : head
}

const below100 = Array.from({ length: 100 }, (_, value) => [`number.${value}`, wordsBelowHundred(value)])

// 一 changes its tone before 百, 千, 万, 亿, 元, 角 and 分, and 五 and 九 before 百 and 角: these are clips of their own.
const wholes = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(digit => [
  [`hundred.${digit}`, `${DIGITS[digit]}百`],
  [`thousand.${digit}`, `${DIGITS[digit]}千`],
  [`jiao.${digit}`, `${DIGITS[digit]}角`],
])

/** Clip (without the language) to words. */
export const units: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...below100, ...wholes]),
  'number.yao': '幺',
  'number.liang': '两',
  'number.yishi': '一十',
  wan: '万',
  'wan.1': '一万',
  yi: '亿',
  'yi.1': '一亿',
  minus: '负',
  yuan: '元',
  'yuan.1': '一元',
  fen: '分',
  'fen.1': '一分',
  year: '年',
  month: '月',
  day: '日',
  oclock: '点',
  hours: '小时',
  'hours.1': '一小时',
  star: '星号键',
  hash: '井号键',
  'name.mou': '某',
  'name.moumou': '某某',
}
