// Money is integer fen; these are its written forms.

/** `1234.50`: yuan with two decimals, by string arithmetic. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const capitalDigits = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'] as const
const capitalUnits = ['', '拾', '佰', '仟'] as const
const capitalGroups = ['', '万', '亿', '万亿'] as const

/** 大写金额 as slips and cheques write it: 整 after 元 only, one 零 for a run of zeros. */
export function capitalAmount(fen: number): string {
  if (fen < 0) return `负${capitalAmount(-fen)}`
  const jiao = Math.floor((fen % 100) / 10)
  const cents = fen % 10
  const whole = Math.floor(fen / 100)
  const wholeWords = whole > 0 || fen === 0 ? `${whole === 0 ? '零' : capitalInteger(whole)}元` : ''
  if (jiao === 0 && cents === 0) return `${wholeWords}整`
  const jiaoWords = jiao > 0 ? `${capitalDigits[jiao]}角` : whole > 0 ? '零' : ''
  return `${wholeWords}${jiaoWords}${cents > 0 ? `${capitalDigits[cents]}分` : ''}`
}

function capitalInteger(value: number): string {
  let words = ''
  let zeroPending = false
  const digits = String(value)
  for (let place = 0; place < digits.length; place += 1) {
    const power = digits.length - 1 - place
    const digit = Number(digits[place])
    if (digit === 0) zeroPending = words !== ''
    else {
      words += `${zeroPending ? '零' : ''}${capitalDigits[digit]}${capitalUnits[power % 4]}`
      zeroPending = false
    }
    const group = digits.slice(Math.max(0, place - 3), place + 1)
    if (power % 4 === 0 && power > 0 && Number(group.slice(-Math.min(4, place + 1))) > 0) {
      words += capitalGroups[power / 4] ?? ''
    }
  }
  return words
}
