// The path from the synthetic voice to a telephone clip, with tones whose result is known.
import codecs from 'alawmulaw'
import { describe, expect, test } from 'vitest'
import { peak, resample, speechLevelDb, toTelephone } from './telephone-sound.ts'

const RATE = 22050
const tone = (hz: number, seconds: number, amplitude = 0.5) =>
  Float64Array.from(
    { length: Math.round(RATE * seconds) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / RATE),
  )
const dB = (ratio: number) => 20 * Math.log10(ratio)
const decode = (clip: Uint8Array) => Float64Array.from(codecs.alaw.decode(clip), sample => sample / 32768)

describe('resampling to 8 kHz', () => {
  const gainDb = (hz: number) => dB(peak(resample(tone(hz, 0.5), RATE).slice(400, 3600)) / 0.5)

  test('the telephone band passes', () => {
    for (const hz of [150, 300, 1000, 2000, 3000]) expect(Math.abs(gainDb(hz)), `${hz} Hz`).toBeLessThan(0.5)
  })

  test('what would fold back into it does not', () => {
    for (const hz of [4100, 4500, 5000, 6000, 7900, 9000]) expect(gainDb(hz), `${hz} Hz`).toBeLessThan(-50)
  })

  test('length is kept', () => {
    expect(resample(tone(440, 1), RATE)).toHaveLength(8000)
  })
})

describe('a clip', () => {
  const silence = new Float64Array(RATE)
  const spoken = (amplitude: number) => Float64Array.of(...silence, ...tone(700, 0.4, amplitude), ...silence)

  test('silence around it is cut, little is left', () => {
    const length = toTelephone(spoken(0.3), RATE).length / 8000
    expect(length).toBeGreaterThan(0.4)
    expect(length).toBeLessThan(0.46)
  })

  test('loud and quiet come out at one level', () => {
    for (const amplitude of [0.02, 0.2, 0.9]) {
      expect(speechLevelDb(decode(toTelephone(spoken(amplitude), RATE)))).toBeCloseTo(-20, 0)
    }
  })

  test('it begins and ends in silence, so that joins do not click', () => {
    const clip = decode(toTelephone(spoken(0.3), RATE))
    for (const sample of [clip[0], clip[1], clip.at(-2), clip.at(-1)]) expect(Math.abs(sample ?? 1)).toBeLessThan(0.001)
  })

  test('a sharp peak is not clipped', () => {
    const sharp = Float64Array.of(...silence, ...tone(700, 0.4, 0.01), ...silence)
    sharp[RATE + 3000] = 1
    expect(peak(decode(toTelephone(sharp, RATE)))).toBeLessThan(0.93)
  })

  test('silence alone is an error', () => {
    expect(() => toTelephone(silence, RATE)).toThrow('said nothing')
  })
})
