// The languages of the hotline. A new one is a folder with a reader, units and prompts, and a line here.
import { texts as englishTexts } from './en-US/prompts.ts'
import { reader as englishReader } from './en-US/reader.ts'
import { units as englishUnits } from './en-US/units.ts'
import type { PromptTexts } from './prompts.ts'
import type { Reader } from './spoken.ts'
import { texts as mandarinTexts } from './zh-CN/prompts.ts'
import { reader as mandarinReader } from './zh-CN/reader.ts'
import { surnameUnits } from './zh-CN/surnames.ts'
import { units as mandarinUnits } from './zh-CN/units.ts'

export interface Voice {
  /** The language's name for itself. */
  readonly name: string
  readonly reader: Reader
  readonly texts: PromptTexts
  /** The small clips readings are composed of: clip (without the language) to words. */
  readonly units: Readonly<Record<string, string>>
}

export const voices = {
  'zh-CN': {
    name: '普通话',
    reader: mandarinReader,
    texts: mandarinTexts,
    units: { ...mandarinUnits, ...surnameUnits },
  },
  'en-US': { name: 'English', reader: englishReader, texts: englishTexts, units: englishUnits },
} as const satisfies Record<string, Voice>

export type Language = keyof typeof voices

export const languages: readonly Language[] = Object.keys(voices).filter((name): name is Language => name in voices)

export function isLanguage(name: string): name is Language {
  return Object.hasOwn(voices, name)
}

export function voiceOf(language: Language): Voice {
  return voices[language]
}
