// RTP packets: ours can be read, and no datagram can hurt.
import { Buffer } from 'node:buffer'
import { expect, it } from 'vitest'
import { Reception } from './reception.ts'
import { parseRtp, type RtpPacket, RtpWriter } from './rtp.ts'

it('writes a stream that can be read', () => {
  const writer = new RtpWriter()
  writer.room.fill(7)
  const first = parseRtp(Buffer.from(writer.sound(8)))
  const start = writer.timestamp
  const event = parseRtp(Buffer.from(writer.event(101, start, Uint8Array.of(5, 10, 0, 160), true)))
  writer.skip()
  const second = parseRtp(Buffer.from(writer.sound(8)))
  expect(first).toMatchObject({ payloadType: 8, payload: Buffer.alloc(160, 7) })
  expect(event).toMatchObject({ payloadType: 101, timestamp: start, payload: Buffer.from([5, 10, 0, 160]) })
  expect(second?.timestamp).toBe((start + 160) >>> 0)
  expect(second?.sequence).toBe(((first?.sequence ?? 0) + 2) & 0xffff)
  expect(second?.source).toBe(first?.source)
  expect(writer.sent).toBe(3)
})

it('cuts off contributing sources, extensions and padding', () => {
  const packet = Buffer.alloc(12 + 4 + 8 + 6)
  packet[0] = 0x80 | 0x20 | 0x10 | 1
  packet.writeUInt16BE(1, 18)
  packet.set([1, 2, 3, 0, 0, 3], 24)
  expect(parseRtp(packet)?.payload).toEqual(Buffer.from([1, 2, 3]))
})

it('refuses what is too short, too long, of another version or inconsistent', () => {
  for (let length = 0; length < 12; length++) expect(parseRtp(Buffer.alloc(length, 0x80))).toBeNull()
  expect(parseRtp(Buffer.alloc(5_000, 0x80))).toBeNull()
  expect(parseRtp(Buffer.alloc(172, 0x40))).toBeNull()
  expect(parseRtp(Buffer.alloc(20, 0x8f))).toBeNull()
  expect(parseRtp(Buffer.alloc(16, 0x90))).toBeNull()
  for (let first = 0; first < 256; first++) {
    for (let length = 0; length < 80; length += 7) parseRtp(Buffer.alloc(length, first))
  }
})

it('counts what is lost and how much it trembles', () => {
  const reception = new Reception()
  const packet = (sequence: number, source = 1): RtpPacket => ({
    payloadType: 8,
    sequence: sequence & 0xffff,
    timestamp: sequence * 160,
    source,
    payload: Buffer.alloc(0),
  })
  for (const sequence of [65_530, 65_531, 65_534, 65_533, 65_536, 65_538])
    reception.take(packet(sequence), sequence * 20, true)
  expect(reception).toMatchObject({ received: 6, lost: 3, jitterMs: 0 })
  reception.take(packet(5, 2), 0, true)
  reception.take(packet(7, 2), 40, true)
  expect(reception.lost).toBe(4)
  reception.take(packet(8, 2), 80, true)
  expect(reception.jitterMs).toBeCloseTo(20 / 16)
})
