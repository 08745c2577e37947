// Says a prompt or a value in a language: the words for a caption and the clips for a line.
import type { ParamKind, ParamsOf, PromptId } from './prompts.ts'
import { prompts } from './prompts.ts'
import { segmentClip, segmentsOf } from './segments.ts'
import type { Reader, ReadingOptions, Spoken } from './spoken.ts'
import { type Language, voiceOf } from './voices.ts'

/**
 * One prompt with its values filled in. Several are said one after the other by `joinSpoken`.
 * Throws RangeError for a value that cannot be read.
 */
export function speak<Id extends PromptId>(
  language: Language,
  promptId: Id,
  params: ParamsOf<Id>,
  options: ReadingOptions = {},
): Spoken {
  const { reader, texts } = voiceOf(language)
  const template = texts[promptId]
  const kinds = new Map<string, ParamKind>(Object.entries(prompts[promptId]))
  const values = new Map<string, string | number>(Object.entries(params))
  const read = new Map<string, Spoken>()
  for (const [name, kind] of kinds) read.set(name, readValue(reader, kind, values.get(name), options))
  return {
    text: template.replace(/\{(\w+)\}/g, (_, name: string) => read.get(name)?.text ?? ''),
    clips: segmentsOf(template).flatMap(segment => {
      if (segment.type === 'pause') return [`pause/${segment.pauseMs}`]
      if (segment.type === 'parameter') return read.get(segment.name)?.clips ?? []
      return [`${language}/${segmentClip(promptId, template, segment.nth)}`]
    }),
  }
}

/** An amount in fen: 一千零五十元, "one thousand and fifty yuan". */
export function readMoney(language: Language, fen: number): Spoken {
  return voiceOf(language).reader.money(fen)
}

export function readNumber(language: Language, value: number): Spoken {
  return voiceOf(language).reader.number(value)
}

export function readDigits(language: Language, digits: string, options: ReadingOptions = {}): Spoken {
  return voiceOf(language).reader.digits(digits, options)
}

export function readDate(language: Language, date: string): Spoken {
  return voiceOf(language).reader.date(date)
}

export function readMonth(language: Language, month: string): Spoken {
  return voiceOf(language).reader.month(month)
}

export function readTime(language: Language, time: string): Spoken {
  return voiceOf(language).reader.time(time)
}

/** Whether the name prompts can be used for this account name: a person's, with a surname that has a clip. */
export function canSayName(language: Language, accountName: string): boolean {
  return voiceOf(language).reader.name(accountName) !== null
}

function readValue(
  reader: Reader,
  kind: ParamKind,
  value: string | number | undefined,
  options: ReadingOptions,
): Spoken {
  if (kind === 'money' || kind === 'count' || kind === 'hours') {
    if (typeof value !== 'number') throw new RangeError(`cannot be read as ${kind}: not a number`)
    return reader[kind](value)
  }
  if (typeof value !== 'string') throw new RangeError(`cannot be read as ${kind}: not a string`)
  if (kind === 'digits') return reader.digits(value, options)
  const spoken = reader[kind](value)
  if (spoken === null) throw new RangeError('cannot be read as name: there is no clip for it')
  return spoken
}
