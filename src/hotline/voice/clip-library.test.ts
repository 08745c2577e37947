// The clip library against real files: order of folders, formats, silence, and names that try to leave the folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import codecs from 'alawmulaw'
import { afterAll, describe, expect, test } from 'vitest'
import { openClipLibrary } from './clip-library.ts'
import { readWavAsAlaw, writeAlawWav } from './wav.ts'

// The package is CommonJS: Node finds no named exports in it.
const { alaw, mulaw } = codecs

const root = mkdtempSync(join(tmpdir(), 'clips-'))
const [studio, synthetic] = [join(root, 'studio'), join(root, 'synthetic')]
for (const folder of [studio, synthetic]) mkdirSync(join(folder, 'xx'), { recursive: true })
afterAll(() => rmSync(root, { recursive: true }))

const put = (folder: string, name: string, file: Uint8Array) => writeFileSync(join(folder, `${name}.wav`), file)

function wav(
  tag: number,
  bits: number,
  body: Uint8Array,
  { channels = 1, rate = 8000, junk = false } = {},
): Uint8Array {
  const fmt = Buffer.alloc(16)
  fmt.writeUInt16LE(tag, 0)
  fmt.writeUInt16LE(channels, 2)
  fmt.writeUInt32LE(rate, 4)
  fmt.writeUInt16LE(bits, 14)
  const chunk = (name: string, content: Uint8Array) => {
    const head = Buffer.from(`${name}\0\0\0\0`, 'latin1')
    head.writeUInt32LE(content.length, 4)
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
  }
  const list = junk ? chunk('LIST', Buffer.from('odd')) : Buffer.alloc(0)
  const chunks = Buffer.concat([Buffer.from('WAVE'), list, chunk('fmt ', fmt), list, chunk('data', body)])
  return new Uint8Array(Buffer.concat([chunk('RIFF', chunks)]))
}

describe('clip library', () => {
  test('the first folder that holds a clip wins, and the rest fills the gaps', () => {
    put(studio, 'xx/both', writeAlawWav(Uint8Array.of(1, 2, 3)))
    put(synthetic, 'xx/both', writeAlawWav(Uint8Array.of(9)))
    put(synthetic, 'xx/only.2', writeAlawWav(Uint8Array.of(7, 7)))
    const clips = openClipLibrary([studio, synthetic])
    expect([...clips.alaw('xx/both')]).toEqual([1, 2, 3])
    expect([...clips.alaw('xx/only.2')]).toEqual([7, 7])
    expect(clips.has('xx/only.2')).toBe(true)
    expect(clips.has('xx/neither')).toBe(false)
  })

  test('pauses are silence of the length named, five seconds at most', () => {
    const clips = openClipLibrary([])
    expect(clips.alaw('pause/250')).toEqual(new Uint8Array(2000).fill(0xd5))
    expect(clips.alaw('pause/5000')).toHaveLength(40000)
    expect(clips.has('pause/5001')).toBe(false)
    expect(() => clips.alaw('pause/5001')).toThrow('pause/5001')
  })

  test('an unknown clip is named, and a name cannot leave its folder', () => {
    put(root, 'secret', writeAlawWav(Uint8Array.of(1)))
    const clips = openClipLibrary([studio])
    expect(() => clips.alaw('xx/nothing')).toThrow('xx/nothing')
    for (const name of ['../secret', 'xx/../../secret', '/etc/passwd', 'secret', 'xx//secret', 'xx/.', '', 'xx/a\0b']) {
      expect(clips.has(name), name).toBe(false)
      expect(() => clips.alaw(name), name).toThrow('there is no clip')
    }
  })
})

describe('WAV files', () => {
  const pcm = Int16Array.from({ length: 500 }, (_, i) => Math.round(12000 * Math.sin(i / 7)))

  test('A-law passes unchanged, with odd chunks around it', () => {
    const samples = alaw.encode(pcm)
    expect(readWavAsAlaw(wav(6, 8, samples, { junk: true }), 'x')).toEqual(samples)
    expect(readWavAsAlaw(writeAlawWav(samples), 'x')).toEqual(samples)
  })

  test('16-bit PCM and mu-law become A-law of the same sound', () => {
    const bytes = new Uint8Array(pcm.buffer)
    expect(readWavAsAlaw(wav(1, 16, bytes), 'x')).toEqual(alaw.encode(pcm))
    const heard = alaw.decode(readWavAsAlaw(wav(7, 8, mulaw.encode(pcm)), 'x'))
    const error = Math.max(...heard.map((sample, i) => Math.abs(sample - (pcm[i] ?? 0))))
    expect(heard).toHaveLength(pcm.length)
    expect(error).toBeLessThan(700)
  })

  test('a size that was never filled in means to the end of the file', () => {
    const file = wav(6, 8, Uint8Array.of(1, 2, 3, 4))
    new DataView(file.buffer, file.byteOffset).setUint32(file.length - 8, 0xffffffff, true)
    expect([...readWavAsAlaw(file, 'x')]).toEqual([1, 2, 3, 4])
  })

  test('what a telephone line cannot play is refused by name', () => {
    const body = new Uint8Array(8)
    expect(() => readWavAsAlaw(wav(1, 16, body, { rate: 16000 }), 'welcome.wav')).toThrow('welcome.wav: 16000 Hz')
    expect(() => readWavAsAlaw(wav(6, 8, body, { channels: 2 }), 'x')).toThrow('2 channels')
    expect(() => readWavAsAlaw(wav(85, 0, body), 'x')).toThrow('format 85')
    expect(() => readWavAsAlaw(Buffer.from('ID3 mp3 something'), 'x')).toThrow('not a WAV file')
    expect(() => readWavAsAlaw(wav(6, 8, body).subarray(0, 30), 'x')).toThrow('format is cut short')
  })
})
