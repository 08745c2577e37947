// The record of one invented call, step by step, in the words that the hotline writes down.

import { otherLanguage, said } from '../../hotline/said.ts'
import type { StepKind } from '../../hotline/step-writer.ts'
import type { ParamsOf, PromptId } from '../../hotline/voice/prompts.ts'
import type { Language } from '../../hotline/voice/voices.ts'
import { maskMiddle } from '../../kernel/redact.ts'

export interface CallStep {
  ms: number
  kind: StepKind
  text: string
}

export interface Transcript {
  steps: CallStep[]
  language(): Language
  /** Leads to an entry: left out where the caller has keyed ahead. */
  lead(...sentences: string[]): void
  /** News, read-backs and results are always said. */
  tell(...sentences: string[]): void
  key(key: string): void
  entry(digits: string): void
  dots(count: number): void
  answer(text: string): void
  system(text: string): void
  changeLanguage(): void
  /** The words of a prompt in the language of the moment. */
  words<Id extends PromptId>(id: Id, values: ParamsOf<Id>): string
  /** Where the call stands in time; never beyond the end it was given. */
  ms(): number
}

const reading = { yao: true }
const spoken = new Map<string, string>()
const msPerSentence = 2_600

/** `ahead`: the caller knows the way and does not listen. `pace` 1 as people key; less where time has to be short. */
export function createTranscript(startMs: number, ahead: boolean, pace: number): Transcript {
  const steps: CallStep[] = []
  let language: Language = 'zh-CN'
  let atMs = startMs
  const note = (kind: StepKind, text: string, tookMs: number) => {
    steps.push({ ms: Math.round(atMs), kind, text })
    atMs += tookMs * pace
  }
  const tell = (...sentences: string[]) =>
    note('say', sentences.join(language === 'zh-CN' ? '' : ' '), msPerSentence * Math.min(3, sentences.length))
  return {
    steps,
    language: () => language,
    lead(...sentences) {
      if (ahead) atMs += 400 * pace
      else tell(...sentences)
    },
    tell,
    key: key => note('key', key, 700),
    entry: digits => note('entry', maskMiddle(digits), 900),
    dots: count => note('entry', '●'.repeat(count), 900),
    answer: text => note('answer', text, 350),
    system: text => note('system', text, 200),
    changeLanguage() {
      language = otherLanguage(language)
      note('system', `language ${language}`, 100)
    },
    words: (id, values) => wordsOf(language, id, values),
    ms: () => Math.round(atMs),
  }
}

export function wordsOf<Id extends PromptId>(language: Language, id: Id, values: ParamsOf<Id>): string {
  const key = `${language} ${id} ${Object.values(values).join(' ')}`
  const text = spoken.get(key) ?? said(id, values).recorded(language, reading)
  spoken.set(key, text)
  return text
}
