// Whatever the server can answer has a word on the pages, in both languages.

import { describe, expect, test } from 'vitest'
import { cardStates } from '../domain/card.ts'
import { documentKinds, stepsOf } from '../domain/document-life.ts'
import { operatorRoles } from '../domain/roles.ts'
import { type Language, languages, words } from '../locales/index.ts'
import { reasonCodes } from '../mis/connector.ts'

/** States in which a document waits for somebody. */
const open = documentKinds.flatMap(kind =>
  stepsOf(kind)
    .flatMap(step => step.from)
    .filter(state => state !== 'voided'),
)

const known: Record<string, readonly string[]> = {
  document: documentKinds,
  documentState: open,
  role: operatorRoles,
  state: cardStates,
  reason: [...Object.keys(reasonCodes), 'misDown', 'neverArrived', 'closed'],
}

describe.each(languages)('%s', language => {
  test.each(Object.keys(known))('every %s has a word', group => {
    const missing = (known[group] ?? []).filter(name => !wordsOf(language)[`${group}.${name}`])
    expect(missing).toEqual([])
  })

  test('fills in the same names as the other language', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
    const differing = Object.entries(wordsOf(language))
      .filter(([key, text]) => names(text).join() !== names(wordsOf('zh-CN')[key] ?? '').join())
      .map(([key]) => key)
    expect(differing).toEqual([])
  })
})

function wordsOf(language: Language): Readonly<Record<string, string>> {
  return words[language].ui
}
