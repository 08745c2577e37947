// The eight frequencies of telephone keys and the sound they make.

export const LOW_HZ = [697, 770, 852, 941] as const
export const HIGH_HZ = [1209, 1336, 1477, 1633] as const
/** Row by row as on a keypad. */
export const TONE_KEYS = ['1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D'] as const
export const SAMPLE_HZ = 8_000

export type ToneKey = (typeof TONE_KEYS)[number]

export interface ToneLevels {
  /** Amplitude of each of the two tones, in 16-bit units. */
  readonly low: number
  readonly high: number
}

const DEFAULT_LEVELS: ToneLevels = { low: 7_000, high: 8_000 }

/** The samples of one key press. */
export function toneSamples(key: ToneKey, durationMs: number, levels: ToneLevels = DEFAULT_LEVELS): Int16Array {
  const index = TONE_KEYS.indexOf(key)
  const low = LOW_HZ[index >> 2] ?? 0
  const high = HIGH_HZ[index & 3] ?? 0
  const step = (2 * Math.PI) / SAMPLE_HZ
  return Int16Array.from({ length: (durationMs * SAMPLE_HZ) / 1_000 }, (_, n) =>
    Math.round(levels.low * Math.sin(step * low * n) + levels.high * Math.sin(step * high * n)),
  )
}
