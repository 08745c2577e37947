// The product's own prompts, echoed back by a telephone, must not be taken for keys.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultClipFolder } from '../../../voice/clip-library.ts'
import { readWavAsAlaw } from '../../../voice/wav.ts'
import { samplesOf } from './g711.ts'
import { ToneDetector } from './tone-detector.ts'

it('hears no key in any clip', () => {
  const clips = readdirSync(defaultClipFolder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.wav'),
  )
  const mistaken: string[] = []
  for (const name of clips) {
    const samples = readWavAsAlaw(readFileSync(join(defaultClipFolder, name)), name)
    new ToneDetector().take(samples, samplesOf('PCMA'), key => mistaken.push(`${name}: ${key}`))
  }
  expect(mistaken).toEqual([])
  expect(clips.length).toBeGreaterThan(100)
})
