// Makes a rendered sound fit for a telephone line: 8 kHz, trimmed, of even level, without clicks at its ends.
import codecs from 'alawmulaw'

// The package is CommonJS: Node finds no named exports in it.
const { alaw } = codecs

const RATE = 8000
/** The pass band ends here; a telephone ends at 3,400 Hz. */
const CUTOFF_HZ = 3500
const HALF_WIDTH_S = 0.005
const HIGH_PASS_HZ = 100
/** Quieter than this below the loudest frame is silence at an end. */
const TRIM_DB = -42
const LEAD_S = 0.012
const TAIL_S = 0.025
const FADE_S = 0.006
/** Below full scale: the mean power of the frames in which somebody speaks. */
const LEVEL_DB = -20
const SPEECH_DB = -25
const PEAK_LIMIT = 0.9
const FRAME = RATE / 200

/** Raised whenever the same sound would come out otherwise, so that clips made before count as stale. */
export const SHAPE_VERSION = 1

export function toTelephone(samples: Float64Array, sampleRate: number): Uint8Array {
  const shaped = fade(level(trim(highPass(resample(samples, sampleRate)))))
  return alaw.encode(Int16Array.from(shaped, sample => Math.round(sample * 32767)))
}

/** Band-limited interpolation by a windowed sinc, which is the low-pass at the same time. */
export function resample(samples: Float64Array, sampleRate: number): Float64Array {
  const out = new Float64Array(Math.floor((samples.length * RATE) / sampleRate))
  const reach = Math.ceil(HALF_WIDTH_S * sampleRate)
  // The kernel depends only on where between two samples the new one falls: a few hundred cases.
  const kernels = new Map<number, Float64Array>()
  for (let i = 0; i < out.length; i++) {
    const phase = (i * sampleRate) % RATE
    const before = Math.floor((i * sampleRate) / RATE)
    const kernel = kernels.get(phase) ?? makeKernel(phase / RATE, reach, (2 * CUTOFF_HZ) / sampleRate)
    kernels.set(phase, kernel)
    let sum = 0
    for (let k = 0; k < kernel.length; k++) sum += (samples[before - reach + 1 + k] ?? 0) * (kernel[k] ?? 0)
    out[i] = sum
  }
  return out
}

/** Weights of the samples from `reach - 1` before to `reach` after, for a point `offset` behind a sample. */
function makeKernel(offset: number, reach: number, cutoff: number): Float64Array {
  return Float64Array.from({ length: 2 * reach }, (_, k) => {
    const distance = offset + reach - 1 - k
    return cutoff * sinc(cutoff * distance) * blackman(distance / reach)
  })
}

/** Second order, for the slow remains of plosives that would thump at a join. */
function highPass(samples: Float64Array): Float64Array {
  const w = Math.tan((Math.PI * HIGH_PASS_HZ) / RATE)
  const norm = 1 / (1 + Math.SQRT2 * w + w * w)
  const [a1, a2] = [2 * (w * w - 1) * norm, (1 - Math.SQRT2 * w + w * w) * norm]
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  return samples.map(x => {
    const y = norm * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2
    ;[x2, x1, y2, y1] = [x1, x, y1, y]
    return y
  })
}

function trim(samples: Float64Array): Float64Array {
  const powers = framePowers(samples)
  const threshold = Math.max(...powers) * 10 ** (TRIM_DB / 10)
  const first = powers.findIndex(power => power > threshold)
  if (first < 0) throw new Error('the voice said nothing')
  const last = powers.findLastIndex(power => power > threshold)
  const start = Math.max(0, first * FRAME - LEAD_S * RATE)
  return samples.slice(start, (last + 1) * FRAME + TAIL_S * RATE)
}

function level(samples: Float64Array): Float64Array {
  const gain = Math.min(10 ** ((LEVEL_DB - speechLevelDb(samples)) / 20), PEAK_LIMIT / peak(samples))
  return samples.map(sample => sample * gain)
}

/** The level of a sound in dB below full scale, pauses left out. */
export function speechLevelDb(samples: Float64Array): number {
  const powers = framePowers(samples)
  const threshold = Math.max(...powers) * 10 ** (SPEECH_DB / 10)
  const spoken = powers.filter(power => power > threshold)
  return 10 * Math.log10(spoken.reduce((sum, power) => sum + power, 0) / spoken.length)
}

export function peak(samples: Float64Array): number {
  return samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0)
}

function fade(samples: Float64Array): Float64Array {
  const length = FADE_S * RATE
  return samples.map((sample, i) => {
    const fromEdge = Math.min(i, samples.length - 1 - i)
    return fromEdge < length ? sample * Math.sin((Math.PI / 2) * (fromEdge / length)) ** 2 : sample
  })
}

/** Mean power of each 5 ms. */
function framePowers(samples: Float64Array): number[] {
  return Array.from({ length: Math.ceil(samples.length / FRAME) }, (_, frame) => {
    const part = samples.subarray(frame * FRAME, (frame + 1) * FRAME)
    return part.reduce((sum, sample) => sum + sample * sample, 0) / FRAME
  })
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function blackman(x: number): number {
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x)
}
