// Symmetric RTP: the far end is found behind its NAT, and strangers stay out.
import { describe, expect, it } from 'vitest'
import { SourceLatch } from './source-latch.ts'

const SIGNALLED = { address: '192.0.2.7', port: 4_000 }

function latch(): SourceLatch {
  const made = new SourceLatch()
  made.signal(SIGNALLED)
  return made
}

describe('source latch', () => {
  it('sends to the signalled address, and believes it at once', () => {
    const made = latch()
    expect(made.destination).toEqual(SIGNALLED)
    expect(made.accepts('192.0.2.7', 4_000, 1, 0)).toBe(true)
  })

  it('follows a NAT after some packets of one stream', () => {
    const made = latch()
    const accepted = [0, 20, 40, 60].map(atMs => made.accepts('198.51.100.9', 31_000, 1, atMs))
    expect(accepted).toEqual([false, false, true, true])
    expect(made.destination).toEqual({ address: '198.51.100.9', port: 31_000 })
  })

  it('does not follow packets of changing streams', () => {
    const made = latch()
    for (let i = 0; i < 50; i++) expect(made.accepts('198.51.100.9', 31_000, i, i)).toBe(false)
    expect(made.destination).toEqual(SIGNALLED)
  })

  it('keeps strangers out while the far end is heard, and takes a new port when it falls silent', () => {
    const made = latch()
    for (let atMs = 0; atMs < 10_000; atMs += 20) {
      expect(made.accepts('192.0.2.7', 4_000, 1, atMs)).toBe(true)
      expect(made.accepts('203.0.113.66', 5_555, 1, atMs)).toBe(false)
    }
    const later = [12_100, 12_120, 12_140].map(atMs => made.accepts('192.0.2.7', 4_444, 1, atMs))
    expect(later).toEqual([false, false, true])
  })

  it('comes back to the signalled address, and to a newly signalled one', () => {
    const made = latch()
    for (let i = 0; i < 3; i++) made.accepts('198.51.100.9', 31_000, 1, i)
    expect(made.accepts('192.0.2.7', 4_000, 1, 60)).toBe(true)
    expect(made.destination).toEqual(SIGNALLED)
    made.signal({ address: '192.0.2.8', port: 5_000 })
    expect(made.destination).toEqual({ address: '192.0.2.8', port: 5_000 })
  })

  it('keeps what it found when the same address is signalled again', () => {
    const made = latch()
    for (let i = 0; i < 3; i++) made.accepts('198.51.100.9', 31_000, 1, i)
    made.signal({ ...SIGNALLED })
    expect(made.destination).toEqual({ address: '198.51.100.9', port: 31_000 })
  })
})
