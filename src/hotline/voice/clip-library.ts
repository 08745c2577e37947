// The clips a message is made of, as A-law samples: the first folder that holds a clip wins, so recordings replace the synthetic voice one by one.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClipName } from '../line.ts'
import { readWavAsAlaw } from './wav.ts'

export interface ClipLibrary {
  /** The samples of a clip, 8,000 a second. Shared: do not write into them. Throws when there is no such clip. */
  alaw(name: ClipName): Uint8Array
  has(name: ClipName): boolean
}

/** The clips that come with the product. */
export const defaultClipFolder: string = fileURLToPath(new URL('../prompts/', import.meta.url))

/** The longest silence one clip can be. */
export const MAX_PAUSE_MS = 5000

const SAMPLES_PER_MS = 8
const ALAW_SILENCE = 0xd5
const silence = new Uint8Array(MAX_PAUSE_MS * SAMPLES_PER_MS).fill(ALAW_SILENCE)

// Every part begins with a letter or digit, so no name leaves its folder.
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,95}){1,2}$/
const PAUSE = /^pause\/(\d{1,4})$/

/** Looks for each clip as `<folder>/<name>.wav`, in the order of the folders; what was read once is kept. */
export function openClipLibrary(folders: readonly string[]): ClipLibrary {
  const cache = new Map<ClipName, Uint8Array>()

  function pathOf(name: ClipName): string | undefined {
    if (!NAME.test(name)) return undefined
    return folders.map(folder => join(folder, `${name}.wav`)).find(path => existsSync(path))
  }

  return {
    alaw(name) {
      const cached = cache.get(name)
      if (cached) return cached
      const pauseMs = pauseMsOf(name)
      if (pauseMs !== undefined) return silence.subarray(0, pauseMs * SAMPLES_PER_MS)
      const path = pathOf(name)
      if (!path) throw new Error(`there is no clip ${JSON.stringify(name)}`)
      const samples = readWavAsAlaw(readFileSync(path), path)
      cache.set(name, samples)
      return samples
    },
    has: name => cache.has(name) || pauseMsOf(name) !== undefined || pathOf(name) !== undefined,
  }
}

function pauseMsOf(name: ClipName): number | undefined {
  const digits = PAUSE.exec(name)?.[1]
  const pauseMs = digits === undefined ? Number.NaN : Number(digits)
  return pauseMs <= MAX_PAUSE_MS ? pauseMs : undefined
}
