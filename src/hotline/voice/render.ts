// Renders the clips of the synthetic voice from the texts; run by hand after a text changed, its results are committed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClipName } from '../line.ts'
import { type CatalogEntry, clipCatalog } from './catalog.ts'
import { checkPrompts, INDEX_FILE, sourceOf, spelledText } from './check-prompts.ts'
import { defaultClipFolder } from './clip-library.ts'
import { synthesize, syntheticVoices } from './synthesis.ts'
import { toTelephone } from './telephone-sound.ts'
import { type Language, languages } from './voices.ts'
import { writeAlawWav } from './wav.ts'

export interface RenderOptions {
  /** All languages when left out. */
  readonly language?: Language
  /** Only what is missing or was rendered from another text; the rest would come out the same. */
  readonly changedOnly: boolean
  readonly folder?: string
}

/** Renders clips, removes those nobody plays, and returns what was done. */
export async function renderPrompts(options: RenderOptions): Promise<{ rendered: ClipName[]; removed: ClipName[] }> {
  const folder = options.folder ?? defaultClipFolder
  const rendered: ClipName[] = []
  const removed: ClipName[] = []
  for (const language of options.language === undefined ? languages : [options.language]) {
    mkdirSync(join(folder, language), { recursive: true })
    const catalog = clipCatalog(language)
    const { missing, stale, unused } = checkPrompts(language, folder)
    const wanted = new Set([...missing, ...stale])
    for (const entry of catalog) {
      if (options.changedOnly && !wanted.has(entry.clip)) continue
      writeFileSync(join(folder, `${entry.clip}.wav`), writeAlawWav(await renderClip(language, entry)))
      rendered.push(entry.clip)
    }
    for (const clip of unused) rmSync(join(folder, `${clip}.wav`))
    removed.push(...unused)
    const index = Object.fromEntries(catalog.map(entry => [entry.clip, sourceOf(language, entry)]))
    writeFileSync(join(folder, language, INDEX_FILE), `${JSON.stringify(index, null, 2)}\n`)
  }
  return { rendered, removed }
}

/** One clip as A-law. */
export async function renderClip(language: Language, entry: CatalogEntry): Promise<Uint8Array> {
  const { voice, rate } = syntheticVoices[language]
  const sound = await synthesize(voice, rate[entry.kind], spelledText(language, entry))
  return toTelephone(sound.samples, sound.sampleRate)
}
