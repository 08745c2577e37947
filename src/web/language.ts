// The chosen language and its words.

import { useSyncExternalStore } from 'react'
import { type Language, languages, type UiKey, words } from '../locales/index.ts'

export const languageNames: Readonly<Record<Language, string>> = { 'zh-CN': '中文', 'en-US': 'English' }

const storedAs = 'dianka.language'
const listeners = new Set<() => void>()
let chosen = languages.find(language => language === localStorage.getItem(storedAs)) ?? languages[0]
document.documentElement.lang = chosen

export const currentLanguage = () => chosen

export function chooseLanguage(language: Language): void {
  chosen = language
  localStorage.setItem(storedAs, language)
  document.documentElement.lang = language
  for (const listener of listeners) listener()
}

export function useLanguage(): Language {
  return useSyncExternalStore(listen, currentLanguage)
}

type Fillings = Readonly<Record<string, string | number>>

export interface Words {
  (key: UiKey, fillings?: Fillings): string
  /** The word for an identifier that came from the server; an unknown one shows itself. */
  of(group: string, identifier: string): string
}

const wordsOf = Object.fromEntries(languages.map(language => [language, wordsIn(language)]))

/** `const t = useWords()`, then `t('login.title')`. */
export function useWords(): Words {
  return wordsOf[useLanguage()] ?? wordsIn('zh-CN')
}

function wordsIn(language: Language): Words {
  const table: Readonly<Record<string, string>> = words[language].ui
  const say = (key: UiKey, fillings: Fillings = {}) =>
    (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(fillings[name] ?? whole))
  return Object.assign(say, {
    of: (group: string, identifier: string) => table[`${group}.${identifier}`] ?? identifier,
  })
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
