// The synthetic voice: espeak-ng compiled to WebAssembly, a development dependency that only the renderer loads.
import { spellEnglish } from './en-US/spelling.ts'
import type { Language } from './voices.ts'
import { spellMandarin } from './zh-CN/pinyin.ts'

interface SyntheticVoice {
  /** A voice of espeak-ng. */
  readonly voice: string
  /** Words a minute for sentences; a little slower for numbers and names. */
  readonly rate: { readonly prompt: number; readonly unit: number }
  /** Appended where a sentence goes on, so that the voice stays up. */
  readonly openEnd: string
  spell(clip: string, text: string): string
}

export const syntheticVoices: Readonly<Record<Language, SyntheticVoice>> = {
  'zh-CN': { voice: 'cmn', rate: { prompt: 190, unit: 150 }, openEnd: '，', spell: spellMandarin },
  'en-US': { voice: 'en-us', rate: { prompt: 160, unit: 155 }, openEnd: ',', spell: spellEnglish },
}

export interface Sound {
  readonly samples: Float64Array
  readonly sampleRate: number
}

/** The sound of a text, the same every time: the voice has a memory (its flutter), so each text gets a fresh one. */
export async function synthesize(voice: string, rate: number, text: string): Promise<Sound> {
  const { worker } = await freshVoice(voice)
  worker.set_rate(rate)
  const pieces: Int16Array[] = []
  worker.synthesize(text, samples => {
    pieces.push(samples.slice())
    return false
  })
  const samples = new Float64Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) for (const sample of piece) samples[at++] = sample / 32768
  return { samples, sampleRate: worker.get_samplerate() }
}

/** How texts would be pronounced, in the voice's own notation; stress and word boundaries are left out. */
export async function phonemes(voice: string, texts: readonly string[]): Promise<string[]> {
  const { module, worker } = await freshVoice(voice)
  return texts.map(text => {
    const start = worker.convert_to_phonemes(text, false).ptr
    const end = module.HEAPU8.indexOf(0, start)
    return new TextDecoder().decode(module.HEAPU8.slice(start, end)).replace(/[_',|\s]/g, '')
  })
}

async function freshVoice(voice: string) {
  const { default: load } = await import('@echogarden/espeak-ng-emscripten')
  const module = await load()
  const worker = new module.eSpeakNGWorker()
  if (worker.set_voice(voice, '', 0, 0, 0) !== 0) throw new Error(`espeak-ng has no voice ${voice}`)
  return { module, worker }
}
