// Writes captures that sipp can play: in-band keys as A-law RTP in UDP, IP and Ethernet.
import { Buffer } from 'node:buffer'
import { encode } from '../../src/hotline/engines/sip/media/g711.ts'
import { RtpWriter, SAMPLES_PER_PACKET } from '../../src/hotline/engines/sip/media/rtp.ts'
import { TONE_KEYS, toneSamples } from '../../src/hotline/engines/sip/media/tones.ts'

export const TONE_ON_MS = 80
export const TONE_OFF_MS = 80
const PCMA = 8

/** The sound of an entry: a moment of silence, then each key and a gap. */
export function toneEntry(keys: string): Int16Array {
  const parts: Int16Array[] = [new Int16Array(320)]
  for (const text of keys) {
    const key = TONE_KEYS.find(known => known === text)
    if (key === undefined) throw new Error(`no key: ${text}`)
    parts.push(toneSamples(key, TONE_ON_MS), new Int16Array(TONE_OFF_MS * 8))
  }
  return Int16Array.from(parts.flatMap(part => [...part]))
}

/** A capture of these samples as A-law, one packet each 20 ms. */
export function rtpCapture(samples: Int16Array): Buffer {
  const bytes = encode('PCMA', samples)
  const writer = new RtpWriter()
  const records: Buffer[] = [fileHeader()]
  for (let at = 0, index = 0; at < bytes.length; at += SAMPLES_PER_PACKET, index++) {
    writer.room.fill(0xd5)
    writer.room.set(bytes.subarray(at, at + SAMPLES_PER_PACKET))
    records.push(record(index * 20_000, Buffer.from(writer.sound(PCMA))))
  }
  return Buffer.concat(records)
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65_535, 16)
  header.writeUInt32LE(1, 20)
  return header
}

function record(atUs: number, rtp: Buffer): Buffer {
  const frame = Buffer.alloc(14 + 20 + 8)
  frame.writeUInt16BE(0x0800, 12)
  frame.writeUInt8(0x45, 14)
  frame.writeUInt16BE(28 + rtp.length, 16)
  frame.writeUInt8(64, 22)
  frame.writeUInt8(17, 23)
  frame.writeUInt32BE(0x7f000001, 26)
  frame.writeUInt32BE(0x7f000001, 30)
  frame.writeUInt16BE(6_000, 34)
  frame.writeUInt16BE(6_000, 36)
  frame.writeUInt16BE(8 + rtp.length, 38)
  const head = Buffer.alloc(16)
  head.writeUInt32LE(Math.floor(atUs / 1_000_000), 0)
  head.writeUInt32LE(atUs % 1_000_000, 4)
  head.writeUInt32LE(frame.length + rtp.length, 8)
  head.writeUInt32LE(frame.length + rtp.length, 12)
  return Buffer.concat([head, frame, rtp])
}
