// Reads a telephone WAV file (8 kHz mono; A-law, mu-law or 16-bit PCM) as A-law, and writes one.
import codecs from 'alawmulaw'

// The package is CommonJS: Node finds no named exports in it.
const { alaw, mulaw } = codecs

const FORMAT_PCM = 1
const FORMAT_ALAW = 6
const FORMAT_MULAW = 7
const FORMAT_EXTENSIBLE = 0xfffe
const SAMPLE_RATE = 8000

/** Longer than any sensible announcement: ten minutes of A-law. */
const MAX_BYTES = 600 * SAMPLE_RATE * 2

interface Format {
  readonly tag: number
  readonly channels: number
  readonly rate: number
  readonly bits: number
}

/** The A-law samples of a WAV file; chunks of no interest (LIST, fact, bext, …) are passed over. `label` names it in errors. */
export function readWavAsAlaw(file: Uint8Array, label: string): Uint8Array {
  if (file.length > MAX_BYTES) throw new Error(`${label}: longer than ten minutes`)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < 12 || tagAt(view, 0) !== 'RIFF' || tagAt(view, 8) !== 'WAVE') {
    throw new Error(`${label}: not a WAV file`)
  }
  let format: Format | null = null
  for (let at = 12; at + 8 <= file.length; ) {
    const tag = tagAt(view, at)
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    if (tag === 'fmt ') format = readFormat(view, body, size, label)
    if (tag === 'data') {
      if (!format) throw new Error(`${label}: its sound comes before its format`)
      // A recorder that wrote to a pipe could not fill in the size: then the sound goes to the end of the file.
      return toAlaw(file.subarray(body, Math.min(body + size, file.length)), format, label)
    }
    at = body + size + (size % 2)
  }
  throw new Error(`${label}: holds no sound`)
}

/** A WAV file of A-law samples, 8 kHz mono. */
export function writeAlawWav(samples: Uint8Array): Uint8Array {
  const padded = samples.length + (samples.length % 2)
  const file = new Uint8Array(58 + padded)
  const view = new DataView(file.buffer)
  putTag(file, 0, 'RIFF')
  view.setUint32(4, file.length - 8, true)
  putTag(file, 8, 'WAVE')
  putTag(file, 12, 'fmt ')
  view.setUint32(16, 18, true)
  view.setUint16(20, FORMAT_ALAW, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLE_RATE, true)
  view.setUint32(28, SAMPLE_RATE, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  putTag(file, 38, 'fact')
  view.setUint32(42, 4, true)
  view.setUint32(46, samples.length, true)
  putTag(file, 50, 'data')
  view.setUint32(54, samples.length, true)
  file.set(samples, 58)
  return file
}

function readFormat(view: DataView, at: number, size: number, label: string): Format {
  if (size < 16 || at + size > view.byteLength) throw new Error(`${label}: its format is cut short`)
  const written = view.getUint16(at, true)
  const tag = written === FORMAT_EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : written
  return {
    tag,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  }
}

function toAlaw(data: Uint8Array, format: Format, label: string): Uint8Array {
  const { tag, channels, rate, bits } = format
  if (channels !== 1) throw new Error(`${label}: ${channels} channels; save it as mono`)
  if (rate !== SAMPLE_RATE) throw new Error(`${label}: ${rate} Hz; save it as 8000 Hz`)
  if (tag === FORMAT_ALAW && bits === 8) return data.slice()
  if (tag === FORMAT_MULAW && bits === 8) return alaw.encode(mulaw.decode(data))
  if (tag === FORMAT_PCM && bits === 16) return alaw.encode(pcm16(data))
  throw new Error(`${label}: format ${tag} with ${bits} bits; save it as A-law, mu-law or 16-bit PCM`)
}

function pcm16(data: Uint8Array): Int16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const samples = new Int16Array(data.length >> 1)
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true)
  return samples
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

function putTag(file: Uint8Array, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) file[at + i] = tag.charCodeAt(i)
}
