// Mandarin cardinal numbers and money, as units to be said one after the other.
import { checkedWhole, moneyParts } from '../parts-of.ts'

const GROUP = 10_000

/** 一百零五, 一千零一万零一: groups of four places, each run of zeros inside said once, zeros at a group's end not at all. */
export function cardinal(value: number): string[] {
  const groups = groupsOf(checkedWhole(value))
  if (groups.length === 0) return ['number.0']
  const said: string[] = []
  let zeroPending = false
  for (const [place, group] of [...groups.entries()].reverse()) {
    if (group === 0) {
      zeroPending = true
      continue
    }
    const first = said.length === 0
    if (!first && (zeroPending || group < 1000)) said.push('number.0')
    zeroPending = false
    said.push(...withGroupName(group, place, first))
  }
  return said
}

/** Like cardinal, but before the word for what is counted: two alone is 两. */
export function countUnits(value: number): string[] {
  return value === 2 ? ['number.liang'] : cardinal(value)
}

/** 十二元零五分, 两元, 十元一角, 五分; never 整, never 块. */
export function moneyUnits(amountFen: number): string[] {
  const { negative, yuan, jiao, fen } = moneyParts(amountFen)
  const said = negative ? ['minus'] : []
  if (yuan === 1) said.push('yuan.1')
  else if (yuan > 0 || (jiao === 0 && fen === 0)) said.push(...countUnits(yuan), 'yuan')
  if (jiao > 0) said.push(`jiao.${jiao}`)
  else if (yuan > 0 && fen > 0) said.push('number.0')
  if (fen === 1) said.push('fen.1')
  else if (fen > 0) said.push(`number.${fen}`, 'fen')
  return said
}

/** Groups of four decimal places, lowest first; empty for zero. */
function groupsOf(value: number): number[] {
  return value === 0 ? [] : [value % GROUP, ...groupsOf(Math.floor(value / GROUP))]
}

function withGroupName(group: number, place: number, first: boolean): string[] {
  const name = [undefined, 'wan', 'yi'][place]
  if (name === undefined) return belowTenThousand(group, first)
  return group === 1 ? [`${name}.1`] : [...belowTenThousand(group, first), name]
}

/** `first`: nothing was said before, so that ten is 十; anywhere else it is 一十. */
function belowTenThousand(value: number, first: boolean): string[] {
  const [thousands, hundreds, rest] = [Math.floor(value / 1000), Math.floor((value % 1000) / 100), value % 100]
  const said: string[] = []
  if (thousands > 0) said.push(`thousand.${thousands}`)
  if (hundreds > 0) said.push(`hundred.${hundreds}`)
  if (rest === 0) return said
  const skippedZero = thousands > 0 && hundreds === 0 ? true : hundreds > 0 && rest < 10
  if (skippedZero) said.push('number.0')
  if (rest < 10 || rest >= 20 || (first && said.length === 0)) said.push(`number.${rest}`)
  else said.push('number.yishi', ...(rest > 10 ? [`number.${rest - 10}`] : []))
  return said
}
