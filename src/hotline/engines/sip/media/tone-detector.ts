// Hears keys in sound (in-band DTMF) by Goertzel filters: windows of 102 samples, each half over the one before.
//
// A key is reported at its third window in a row (25 ms into the tone) and may come again after three windows without it,
// which takes tones of 40 ms with gaps of 40 ms, and bridges a lost packet's click inside one tone.
import { HIGH_HZ, LOW_HZ, SAMPLE_HZ, TONE_KEYS, type ToneKey } from './tones.ts'

const WINDOW = 102
const STEP = WINDOW / 2
const HITS = 3
const MISSES = 3
/** Mean square below which nothing is looked for: about -39 dBm0. */
const MIN_POWER = 130 ** 2
/** The two tones must hold this share of all power: speech spreads over many frequencies, a key does not. */
const MIN_SHARE = 0.8
/** How much stronger the lower tone may be than the higher one and the other way round (power: 10 and 8 dB). */
const MAX_LOW_OVER_HIGH = 10
const MAX_HIGH_OVER_LOW = 6.3
/** A tone must exceed the others of its group by this much (8 dB). */
const MIN_OVER_OTHERS = 6.3

const COEFFICIENTS = [...LOW_HZ, ...HIGH_HZ].map(hz => 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_HZ))

export class ToneDetector {
  readonly #window = new Float64Array(WINDOW)
  readonly #powers = new Float64Array(COEFFICIENTS.length)
  #filled = 0
  #candidate: ToneKey | null = null
  #hits = 0
  #held: ToneKey | null = null
  #misses = 0

  /** Takes a stretch of sound given as bytes and the table of their samples; calls back for every key that begins. */
  take(bytes: Uint8Array, samples: Int16Array, onKey: (key: ToneKey) => void): void {
    for (const byte of bytes) {
      this.#window[this.#filled++] = samples[byte] ?? 0
      if (this.#filled < WINDOW) continue
      const begun = this.#judge(this.#look())
      if (begun !== null) onKey(begun)
      this.#window.copyWithin(0, STEP)
      this.#filled = WINDOW - STEP
    }
  }

  #judge(seen: ToneKey | null): ToneKey | null {
    if (this.#held !== null) {
      this.#misses = seen === this.#held ? 0 : this.#misses + 1
      if (this.#misses >= MISSES) this.#held = null
    }
    this.#hits = seen !== null && seen === this.#candidate ? this.#hits + 1 : 1
    this.#candidate = seen
    if (seen === null || this.#hits < HITS || seen === this.#held) return null
    this.#held = seen
    this.#misses = 0
    return seen
  }

  /** The key whose tones this window holds, or null. */
  #look(): ToneKey | null {
    let energy = 0
    for (const sample of this.#window) energy += sample * sample
    if (energy < MIN_POWER * WINDOW) return null
    for (let i = 0; i < COEFFICIENTS.length; i++) this.#powers[i] = goertzel(this.#window, COEFFICIENTS[i] ?? 0)
    const low = strongest(this.#powers, 0)
    const high = strongest(this.#powers, 4)
    if (low === null || high === null) return null
    const lowPower = this.#powers[low] ?? 0
    const highPower = this.#powers[high] ?? 0
    if (lowPower > MAX_LOW_OVER_HIGH * highPower || highPower > MAX_HIGH_OVER_LOW * lowPower) return null
    // A pure tone of energy E over N samples gives a Goertzel power of E * N / 2.
    if (lowPower + highPower < (MIN_SHARE * energy * WINDOW) / 2) return null
    return TONE_KEYS[low * 4 + (high - 4)] ?? null
  }
}

function goertzel(window: Float64Array, coefficient: number): number {
  let before = 0
  let last = 0
  for (let i = 0; i < WINDOW; i++) {
    const next = (window[i] ?? 0) + coefficient * last - before
    before = last
    last = next
  }
  return last * last + before * before - coefficient * last * before
}

/** The strongest of the four filters from `first` on, when it stands out from the other three. */
function strongest(powers: Float64Array, first: number): number | null {
  let best = first
  for (let i = first + 1; i < first + 4; i++) if ((powers[i] ?? 0) > (powers[best] ?? 0)) best = i
  for (let i = first; i < first + 4; i++) {
    if (i !== best && (powers[i] ?? 0) * MIN_OVER_OTHERS > (powers[best] ?? 0)) return null
  }
  return best
}
