// Telephone events: one key per press whatever the network does to its packets.
import { describe, expect, it } from 'vitest'
import { EventReceiver } from './event-receiver.ts'
import type { RtpPacket } from './rtp.ts'

interface Sent {
  event: number
  timestamp: number
  duration: number
  end: boolean
  atMs: number
}

function press(event: number, timestamp: number, startMs: number): Sent[] {
  const running = [0, 1, 2, 3].map(step => ({
    event,
    timestamp,
    duration: 160 * (step + 1),
    end: false,
    atMs: startMs + 20 * step,
  }))
  const ends = [0, 1, 2].map(() => ({ event, timestamp, duration: 640, end: true, atMs: startMs + 80 }))
  return [...running, ...ends]
}

function hear(sent: readonly Sent[]): number[] {
  const receiver = new EventReceiver()
  const keys: number[] = []
  for (const [sequence, { event, timestamp, duration, end, atMs }] of sent.entries()) {
    const payload = Uint8Array.from([event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 255])
    const packet: RtpPacket = { payloadType: 101, sequence, timestamp, source: 1, payload }
    const key = receiver.take(packet, atMs)
    if (key !== null) keys.push(key)
  }
  return keys
}

describe('event receiver', () => {
  const twoPresses = [...press(1, 1_000, 0), ...press(1, 2_200, 140)]

  it('takes each press once', () => {
    expect(hear(twoPresses)).toEqual([1, 1])
  })

  it('takes each press once whichever packets are lost', () => {
    for (let lost = 1; lost < 2 ** 7 - 1; lost++) {
      const survives = press(7, 1_000, 0).filter((_, index) => (lost & (1 << index)) === 0)
      expect(hear([...survives, ...press(8, 2_200, 140)])).toEqual([7, 8])
    }
  })

  it('takes each press once when every packet comes twice', () => {
    expect(hear(twoPresses.flatMap(packet => [packet, packet]))).toEqual([1, 1])
  })

  it('takes each press once when packets of two presses are mixed up', () => {
    const mixed = [...press(1, 1_000, 0), ...press(2, 2_200, 140), ...press(3, 3_400, 280)]
    for (let shift = 1; shift <= 3; shift++) {
      const order = mixed.map((packet, index) => ({ packet, rank: index + (index % 2 === 0 ? shift : 0) }))
      order.sort((a, b) => a.rank - b.rank)
      expect(hear(order.map(({ packet }) => packet)).sort()).toEqual([1, 2, 3])
    }
  })

  it('takes a new press that repeats an old time stamp, as players of recordings send it', () => {
    expect(hear([...press(5, 1_000, 0), ...press(5, 1_000, 500), ...press(6, 1_000, 560)])).toEqual([5, 5, 6])
  })

  it('takes a long press once although the network is silent for half a second of it', () => {
    const long = [
      ...press(9, 1_000, 0).slice(0, 4),
      { event: 9, timestamp: 1_000, duration: 5_000, end: false, atMs: 600 },
      { event: 9, timestamp: 1_000, duration: 5_160, end: true, atMs: 620 },
    ]
    expect(hear(long)).toEqual([9])
  })

  it('takes a press once wherever a network or a busy telephone holds its packets up for half a second', () => {
    const whole = press(4, 1_000, 0)
    for (let late = 1; late < whole.length; late++) {
      const heldUp = whole.map((packet, index) => ({ ...packet, atMs: packet.atMs + (index >= late ? 500 : 0) }))
      expect(hear([...heldUp, ...press(4, 2_200, 700)]), `held up from packet ${late} on`).toEqual([4, 4])
    }
  })

  it('survives packets that are too short', () => {
    const receiver = new EventReceiver()
    for (let length = 0; length < 4; length++) {
      const packet = { payloadType: 101, sequence: 0, timestamp: 0, source: 1, payload: new Uint8Array(length) }
      expect(receiver.take(packet, 0)).toBeNull()
    }
  })
})
