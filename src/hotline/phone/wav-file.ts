// Writes what a telephone heard as a WAV file: mono, 8 kHz, 16 bits.
import { Buffer } from 'node:buffer'
import { writeFile } from 'node:fs/promises'

export async function writeWav(path: string, samples: Int16Array): Promise<void> {
  const head = Buffer.alloc(44)
  const bytes = samples.length * 2
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + bytes, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8_000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(bytes, 40)
  const body = Buffer.alloc(bytes)
  for (const [index, sample] of samples.entries()) body.writeInt16LE(sample, 2 * index)
  await writeFile(path, Buffer.concat([head, body]))
}
