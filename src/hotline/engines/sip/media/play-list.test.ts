// A message without gaps, and silence at once when it is stopped.
import { describe, expect, it } from 'vitest'
import { ALAW_SILENCE, MULAW_SILENCE, samplesOf } from './g711.ts'
import { PlayList } from './play-list.ts'

function packets(list: PlayList, codec: 'PCMA' | 'PCMU', count: number): { bytes: number[]; ends: boolean[] } {
  const bytes: number[] = []
  const ends: boolean[] = []
  for (let i = 0; i < count; i++) {
    const room = new Uint8Array(160)
    ends.push(list.fill(room, codec))
    bytes.push(...room)
  }
  return { bytes, ends }
}

describe('play list', () => {
  it('joins clips within packets and ends with the last one', () => {
    const list = new PlayList()
    list.start(1, [new Uint8Array(100).fill(1), new Uint8Array(0), new Uint8Array(250).fill(2)])
    const { bytes, ends } = packets(list, 'PCMA', 4)
    const expected = [...Array(100).fill(1), ...Array(250).fill(2), ...Array(290).fill(ALAW_SILENCE)]
    expect(bytes).toEqual(expected)
    expect(ends).toEqual([false, false, true, false])
    expect(list.current).toBeNull()
  })

  it('ends an empty message with the next packet', () => {
    const list = new PlayList()
    list.start(1, [])
    expect(packets(list, 'PCMA', 2).ends).toEqual([true, false])
  })

  it('is silent from the packet after stop on', () => {
    for (const [codec, silence] of [
      ['PCMA', ALAW_SILENCE],
      ['PCMU', MULAW_SILENCE],
    ] as const) {
      const list = new PlayList()
      list.start(1, [new Uint8Array(8_000).fill(0x2a)])
      expect(packets(list, codec, 1).bytes).not.toContain(silence)
      list.stop()
      expect(new Set(packets(list, codec, 2).bytes)).toEqual(new Set([silence]))
    }
  })

  it('sounds the same in mu-law', () => {
    const clip = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const list = new PlayList()
    list.start(1, [clip])
    const { bytes } = packets(list, 'PCMU', 2)
    for (const byte of clip) {
      const wanted = samplesOf('PCMA')[byte] ?? 0
      const sounded = samplesOf('PCMU')[bytes[byte] ?? 0] ?? 0
      expect(Math.abs(sounded - wanted)).toBeLessThanOrEqual(Math.max(16, Math.abs(wanted) / 16))
    }
  })
})
