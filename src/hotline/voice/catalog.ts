// All clips of a language with the words each must say: what a studio records and the renderer renders.
import type { ClipName } from '../line.ts'
import { promptIds } from './prompts.ts'
import { segmentClip, segmentsOf } from './segments.ts'
import { type Language, voiceOf } from './voices.ts'

export interface CatalogEntry {
  readonly clip: ClipName
  readonly text: string
  /** The sentence goes on after this clip, so the voice must not fall at its end. */
  readonly open: boolean
}

export function clipCatalog(language: Language): CatalogEntry[] {
  const { texts, units } = voiceOf(language)
  const readings = Object.entries(units).map(([unit, text]) => ({ clip: `${language}/${unit}`, text, open: false }))
  const segments = promptIds.flatMap(promptId => {
    const template = texts[promptId]
    return segmentsOf(template).flatMap(segment =>
      segment.type === 'fixed'
        ? [
            {
              clip: `${language}/${segmentClip(promptId, template, segment.nth)}`,
              text: segment.text,
              open: segment.open,
            },
          ]
        : [],
    )
  })
  return [...readings, ...segments]
}
