// `say money`: how amounts are read, a line each.

import { parseWords } from '../cli/commands.ts'
import { readMoney } from '../hotline/voice/speak.ts'
import { SetupError } from '../kernel/setup-error.ts'

export async function sayMoney(args: string[]): Promise<number> {
  // A negative amount is no option: amounts go behind a `--` of ours.
  const isAmount = (word: string) => /^-\d+$/.test(word)
  const words = [...args.filter(word => !isAmount(word)), '--', ...args.filter(isAmount)]
  const amounts = args.filter((word, place) => !word.startsWith('--') && args[place - 1] !== '--lang')
  const { values } = parseWords(words, { lang: { type: 'string', default: 'zh-CN' } })
  const language = values.lang
  if (language !== 'zh-CN' && language !== 'en-US')
    throw new SetupError(`没有语言 ${language}`, `there is no language ${language}`)
  for (const word of amounts) {
    if (!/^-?\d{1,12}$/.test(word))
      throw new SetupError(`“${word}”不是以分为单位的整数`, `“${word}” is not a whole number of fen`)
    process.stdout.write(`${readMoney(language, Number(word)).text}\n`)
  }
  return 0
}
