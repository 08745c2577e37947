// Both languages, Chinese first; a word missing in one of them does not compile.

import * as operationsEn from './operations.en-US.ts'
import * as operationsZh from './operations.zh-CN.ts'
import * as refusalsEn from './refusals.en-US.ts'
import { refusals as refusalsZh } from './refusals.zh-CN.ts'
import * as uiEn from './ui.en-US.ts'
import { ui as uiZh } from './ui.zh-CN.ts'

export type RefusalCode = keyof typeof refusalsZh
export type UiKey = keyof typeof uiZh
export const languages = ['zh-CN', 'en-US'] as const
export type Language = (typeof languages)[number]

export const words = {
  'zh-CN': { refusals: refusalsZh, operations: operationsZh.operations, ui: uiZh },
  'en-US': { refusals: refusalsEn.refusals, operations: operationsEn.operations, ui: uiEn.ui },
} as const

/** The sentence for a refusal; a code without words shows itself, so that nothing is hidden. */
export function refusalText(
  language: Language,
  code: string,
  details: Readonly<Record<string, string | number | readonly (string | number)[]>>,
): string {
  const table: Readonly<Record<string, string>> = words[language].refusals
  const template = table[code] ?? code
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name]
    return value === undefined ? whole : Array.isArray(value) ? value.join('；') : String(value)
  })
}
