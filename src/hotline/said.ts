// Something to be said: a prompt with its values, spoken in whatever language the call has by then.

import { maskMiddle } from '../kernel/redact.ts'
import type { ParamsOf, PromptId } from './voice/prompts.ts'
import { readDigits, speak } from './voice/speak.ts'
import type { ReadingOptions, Spoken } from './voice/spoken.ts'
import { type Language, languages } from './voice/voices.ts'

export interface Said {
  spoken(language: Language, options: ReadingOptions): Spoken
  /** The words as the call record keeps them: a whole account number with its middle hidden. */
  recorded(language: Language, options: ReadingOptions): string
}

type WithoutValues = { [Id in PromptId]: keyof ParamsOf<Id> extends never ? Id : never }[PromptId]

export function said<Id extends WithoutValues>(promptId: Id): Said
export function said<Id extends PromptId>(promptId: Id, values: ParamsOf<Id>): Said
export function said(promptId: PromptId, values: Readonly<Record<string, string | number>> = {}): Said {
  const spoken: Said['spoken'] = (language, options) => speak(language, promptId, values, options)
  return {
    spoken,
    recorded(language, options) {
      const { text } = spoken(language, options)
      const { account } = values
      if (typeof account !== 'string') return text
      return text.replace(readDigits(language, account, options).text, maskMiddle(account))
    },
  }
}

/** The language a caller can change to. */
export function otherLanguage(language: Language): Language {
  return languages[(languages.indexOf(language) + 1) % languages.length] ?? language
}

/** Said in the language it offers, so that whoever needs it understands it. */
export function inOtherLanguage(sentence: Said): Said {
  return {
    spoken: (language, options) => sentence.spoken(otherLanguage(language), options),
    recorded: (language, options) => sentence.recorded(otherLanguage(language), options),
  }
}
