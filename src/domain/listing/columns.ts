// Columns of lists and reports: what a value is, and what it is called in either language.

/** text: also numbers that are names (serials, accounts). fen: money. rate: a part of one. */
export type ColumnKind = 'text' | 'count' | 'fen' | 'rate' | 'number' | 'date' | 'instant' | 'yesNo'

/** Chinese and English. */
export type Words = readonly [zh: string, en: string]

export const languages = ['zh-CN', 'en-US'] as const
export type Language = (typeof languages)[number]

export function wordsIn([zh, en]: Words, language: Language): string {
  return language === 'zh-CN' ? zh : en
}

export interface Column<Key extends string = string> {
  key: Key
  kind: ColumnKind
  title: Words
  /** What codes are called; a code without words shows itself. */
  words?: Readonly<Record<string, Words>>
}

/** A column written in one line. */
export function column<Key extends string>(
  key: Key,
  kind: ColumnKind,
  title: Words,
  words?: Readonly<Record<string, Words>>,
): Column<Key> {
  return words ? { key, kind, title, words } : { key, kind, title }
}
