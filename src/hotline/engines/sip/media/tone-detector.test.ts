// In-band keys: every one at 40/40 ms under noise and uneven levels, and none in speech.
import { describe, expect, it } from 'vitest'
import type { Codec } from '../sdp.ts'
import { encode, samplesOf } from './g711.ts'
import { ToneDetector } from './tone-detector.ts'
import { TONE_KEYS, type ToneKey, type ToneLevels, toneSamples } from './tones.ts'

/** A small reproducible source of numbers from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function detect(samples: Int16Array, codec: Codec = 'PCMA', packet = 160): ToneKey[] {
  const detector = new ToneDetector()
  const bytes = encode(codec, samples)
  const keys: ToneKey[] = []
  for (let at = 0; at < bytes.length; at += packet) {
    detector.take(bytes.subarray(at, at + packet), samplesOf(codec), key => keys.push(key))
  }
  return keys
}

function sequence(
  keys: readonly ToneKey[],
  onMs: number,
  offMs: number,
  levels: ToneLevels,
  noise: number,
  lead: number,
): Int16Array {
  const random = seeded(7)
  const samples: number[] = new Array<number>(lead).fill(0)
  for (const key of keys) samples.push(...toneSamples(key, onMs, levels), ...new Array<number>(offMs * 8).fill(0))
  samples.push(...new Array<number>(800).fill(0))
  return Int16Array.from(samples, sample => sample + noise * (2 * random() - 1))
}

/** Voiced sounds with gliding pitch and formants, hisses and pauses, as speech has them. */
function speechLike(seconds: number, seed: number): Int16Array {
  const random = seeded(seed)
  const samples = new Int16Array(seconds * 8_000)
  let phase = 0
  for (let start = 0; start < samples.length; ) {
    const length = 400 + Math.floor(random() * 1_600)
    const kind = random()
    const pitch = 90 + 200 * random()
    const glide = 0.7 + 0.6 * random()
    const formants = [250 + 650 * random(), 800 + 1_700 * random(), 2_200 + 1_000 * random()]
    const loudness = 3_000 + 9_000 * random()
    for (let i = 0; i < length && start + i < samples.length; i++) {
      const hz = pitch * (1 + ((glide - 1) * i) / length)
      phase += (2 * Math.PI * hz) / 8_000
      let value = 0
      for (let harmonic = 1; harmonic * hz < 3_600; harmonic++) {
        const near = formants.reduce((sum, formant) => sum + 1 / (1 + ((harmonic * hz - formant) / 90) ** 2), 0.02)
        value += near * Math.sin(harmonic * phase)
      }
      const envelope = Math.sin((Math.PI * i) / length)
      if (kind < 0.15) value = 0
      else if (kind < 0.3) value = 2 * random() - 1
      samples[start + i] = Math.max(-32_000, Math.min(32_000, (loudness * envelope * value) / 2))
    }
    start += length
  }
  return samples
}

describe('tone detector', () => {
  it.each(['PCMA', 'PCMU'] as const)('hears all sixteen keys at 40/40 ms in %s, wherever they begin', codec => {
    for (let lead = 0; lead < 160; lead += 13) {
      expect(detect(sequence(TONE_KEYS, 40, 40, { low: 7_000, high: 7_000 }, 0, lead), codec)).toEqual(TONE_KEYS)
    }
  })

  it('hears a key pressed twice as two', () => {
    const keys: ToneKey[] = ['1', '1', '1', '5', '5', '0', '0']
    expect(detect(sequence(keys, 40, 40, { low: 7_000, high: 7_000 }, 0, 50))).toEqual(keys)
  })

  it('hears a long key once', () => {
    expect(detect(sequence(['8'], 3_000, 40, { low: 7_000, high: 7_000 }, 0, 0))).toEqual(['8'])
  })

  it.each([
    { low: 7_000, high: 3_500 },
    { low: 3_500, high: 7_000 },
    { low: 400, high: 400 },
    { low: 15_000, high: 16_000 },
  ])('hears keys of level $low and $high under noise', levels => {
    const noise = Math.min(levels.low, levels.high) / 5
    expect(detect(sequence(TONE_KEYS, 40, 40, levels, noise, 31))).toEqual(TONE_KEYS)
  })

  it('hears one key although a packet inside it was lost', () => {
    const samples = sequence(['4'], 120, 40, { low: 7_000, high: 7_000 }, 0, 0)
    const gap = Int16Array.from([...samples.subarray(0, 400), ...samples.subarray(560)])
    expect(detect(gap)).toEqual(['4'])
  })

  it('does not mind how the sound is cut into packets', () => {
    const samples = sequence(TONE_KEYS, 40, 40, { low: 7_000, high: 7_000 }, 0, 17)
    for (const packet of [1, 80, 240]) expect(detect(samples, 'PCMA', packet)).toEqual(TONE_KEYS)
  })

  it('hears no key in five minutes of speech-like sound', () => {
    for (let seed = 1; seed <= 10; seed++) expect(detect(speechLike(30, seed))).toEqual([])
  })

  it('hears no key in single tones, dial tone, ringing tone and hiss', () => {
    const random = seeded(3)
    const tones = [[350, 440], [440, 480], [697], [1_209], [425], [1_000], [697, 770], [1_336, 1_477]]
    for (const frequencies of tones) {
      const step = (2 * Math.PI) / 8_000
      const tone = Int16Array.from({ length: 8_000 }, (_, n) =>
        frequencies.reduce((sum, hz) => sum + 6_000 * Math.sin(step * hz * n), 0),
      )
      expect(detect(tone)).toEqual([])
    }
    expect(detect(Int16Array.from({ length: 80_000 }, () => 20_000 * (random() - 0.5)))).toEqual([])
  })
})
