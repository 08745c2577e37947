// The clips on disk: complete, made from today's texts, fit for a line; and the renderer that makes them.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import codecs from 'alawmulaw'
import { afterAll, describe, expect, test } from 'vitest'
import { clipCatalog } from './catalog.ts'
import { checkPrompts, INDEX_FILE } from './check-prompts.ts'
import { defaultClipFolder, openClipLibrary } from './clip-library.ts'
import { renderClip, renderPrompts } from './render.ts'
import { peak, speechLevelDb } from './telephone-sound.ts'
import { languages } from './voices.ts'

const library = openClipLibrary([defaultClipFolder])
const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(languages)('clips of %s', language => {
  test('none is missing, stale or unused', () => {
    expect(checkPrompts(language)).toEqual({ missing: [], stale: [], unused: [] })
  })

  test('all are of one level, unclipped, quiet at both ends and of sensible length', () => {
    const odd = clipCatalog(language).filter(({ clip }) => {
      const sound = Float64Array.from(codecs.alaw.decode(library.alaw(clip)), sample => sample / 32768)
      const edges = Math.max(Math.abs(sound[0] ?? 1), Math.abs(sound.at(-1) ?? 1))
      const seconds = sound.length / 8000
      const even = Math.abs(speechLevelDb(sound) + 20) < 1
      return !(even && peak(sound) < 0.95 && edges < 0.001 && seconds > 0.2 && seconds < 15)
    })
    expect(odd.map(entry => entry.clip)).toEqual([])
  })

  test('the renderer makes the clips that are on disk', async () => {
    for (const entry of clipCatalog(language).filter((_, i) => i % 150 === 7)) {
      const rendered = await renderClip(language, entry)
      const kept = library.alaw(entry.clip)
      expect(rendered.length, entry.clip).toBe(kept.length)
      // Another machine may round a sample here and there otherwise; another sound would differ everywhere.
      const different = rendered.reduce((count, sample, i) => count + (sample === kept[i] ? 0 : 1), 0)
      expect(different / rendered.length, entry.clip).toBeLessThan(0.01)
    }
  })
})

test('a changed text, a lost clip and a left-over one are named, and rendering mends all three', async () => {
  cpSync(join(defaultClipFolder, 'en-US'), join(folder, 'en-US'), { recursive: true })
  const indexPath = join(folder, 'en-US', INDEX_FILE)
  const index = readFileSync(indexPath, 'utf8')
  writeFileSync(indexPath, index.replace(': seven"', ': sven"'))
  rmSync(join(folder, 'en-US', 'number.8.wav'))
  cpSync(join(folder, 'en-US', 'number.9.wav'), join(folder, 'en-US', 'menu.fax.wav'))
  expect(checkPrompts('en-US', folder)).toEqual({
    missing: ['en-US/number.8'],
    stale: ['en-US/number.7'],
    unused: ['en-US/menu.fax'],
  })

  const done = await renderPrompts({ language: 'en-US', changedOnly: true, folder })
  expect(done.rendered.sort()).toEqual(['en-US/number.7', 'en-US/number.8'])
  expect(done.removed).toEqual(['en-US/menu.fax'])
  expect(checkPrompts('en-US', folder)).toEqual({ missing: [], stale: [], unused: [] })
  expect(readFileSync(indexPath, 'utf8')).toBe(index)
})

test('a pack of recordings without an index is checked for gaps only', () => {
  rmSync(join(folder, 'en-US', INDEX_FILE))
  expect(checkPrompts('en-US', folder).stale).toEqual([])
  expect(checkPrompts('zh-CN', folder).missing).toHaveLength(clipCatalog('zh-CN').length)
})
