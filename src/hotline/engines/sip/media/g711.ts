// G.711 by table: A-law and mu-law bytes to samples and into each other.
import g711 from 'alawmulaw'
import type { Codec } from '../sdp.ts'

const { alaw, mulaw } = g711

export const ALAW_SILENCE = 0xd5
export const MULAW_SILENCE = 0xff

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const ALAW_SAMPLES: Int16Array = alaw.decode(ALL_BYTES)
const MULAW_SAMPLES: Int16Array = mulaw.decode(ALL_BYTES)
/** The mu-law byte for every A-law byte. */
export const MULAW_OF_ALAW: Uint8Array = mulaw.encode(ALAW_SAMPLES)

/** The sample of every byte of a codec. */
export function samplesOf(codec: Codec): Int16Array {
  return codec === 'PCMA' ? ALAW_SAMPLES : MULAW_SAMPLES
}

export function silenceOf(codec: Codec): number {
  return codec === 'PCMA' ? ALAW_SILENCE : MULAW_SILENCE
}

export function encode(codec: Codec, samples: Int16Array): Uint8Array {
  return codec === 'PCMA' ? alaw.encode(samples) : mulaw.encode(samples)
}
