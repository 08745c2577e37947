// All clips of a language with the words each must say: what a studio records and the renderer renders.
import type { ClipName } from '../line.ts'
import { type PromptId, promptIds } from './prompts.ts'
import { segmentClip, segmentsOf } from './segments.ts'
import { type Language, voiceOf } from './voices.ts'

export interface CatalogEntry {
  readonly clip: ClipName
  /** A unit is composed with others (a number, a surname); a prompt is a sentence or a fixed part of one. */
  readonly kind: 'unit' | 'prompt'
  readonly text: string
  /** The sentence goes on after this clip, so the voice must not fall at its end. */
  readonly open: boolean
}

export function clipCatalog(language: Language): CatalogEntry[] {
  const { texts, units } = voiceOf(language)
  return [
    ...Object.entries(units).map(([unit, text]) => unitEntry(`${language}/${unit}`, text)),
    ...promptIds.flatMap(promptId => promptEntries(language, promptId, texts[promptId])),
  ]
}

function unitEntry(clip: ClipName, text: string): CatalogEntry {
  return { clip, kind: 'unit', text, open: false }
}

function promptEntries(language: Language, promptId: PromptId, template: string): CatalogEntry[] {
  return segmentsOf(template).flatMap(segment => {
    if (segment.type !== 'fixed') return []
    const clip = `${language}/${segmentClip(promptId, template, segment.nth)}`
    // A word alone between two readings (从八点到九点) is spoken at their pace.
    const kind = segment.text.length <= 2 ? 'unit' : 'prompt'
    return [{ clip, kind, text: segment.text, open: segment.open }]
  })
}
