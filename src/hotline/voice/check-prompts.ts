// Compares the clips on disk with the texts: what is missing, what was rendered from another text, what nobody plays.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ClipName } from '../line.ts'
import { type CatalogEntry, clipCatalog } from './catalog.ts'
import { defaultClipFolder } from './clip-library.ts'
import { syntheticVoices } from './synthesis.ts'
import { SHAPE_VERSION } from './telephone-sound.ts'
import type { Language } from './voices.ts'

export interface PromptCheck {
  readonly missing: ClipName[]
  readonly stale: ClipName[]
  readonly unused: ClipName[]
}

/** Beside rendered clips: what each was rendered from. A recorded pack has none, and nothing in it is stale. */
export const INDEX_FILE = 'index.json'

const indexSchema = z.record(z.string(), z.string())

/** Checks the clips of one folder, by default those that come with the product. */
export function checkPrompts(language: Language, folder: string = defaultClipFolder): PromptCheck {
  const catalog = clipCatalog(language)
  const present = clipsIn(language, folder)
  const index = readIndex(language, folder)
  const known = new Set(catalog.map(entry => entry.clip))
  return {
    missing: catalog.map(entry => entry.clip).filter(clip => !present.has(clip)),
    stale: index
      ? catalog.filter(e => present.has(e.clip) && index[e.clip] !== sourceOf(language, e)).map(e => e.clip)
      : [],
    unused: [...present].filter(clip => !known.has(clip)),
  }
}

/** Everything a rendered clip depends on, as one line. */
export function sourceOf(language: Language, entry: CatalogEntry): string {
  const { voice, rate } = syntheticVoices[language]
  return `${voice} ${rate[entry.kind]} ${SHAPE_VERSION}: ${spelledText(language, entry)}`
}

/** The text as the voice is given it. */
export function spelledText(language: Language, entry: CatalogEntry): string {
  const { spell, openEnd } = syntheticVoices[language]
  return `${spell(entry.clip, entry.text)}${entry.open ? openEnd : ''}`
}

function clipsIn(language: Language, folder: string): Set<ClipName> {
  const path = join(folder, language)
  const files = existsSync(path) ? readdirSync(path) : []
  return new Set(files.filter(file => file.endsWith('.wav')).map(file => `${language}/${file.slice(0, -4)}`))
}

function readIndex(language: Language, folder: string): Record<string, string> | null {
  const path = join(folder, language, INDEX_FILE)
  return existsSync(path) ? indexSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
}
