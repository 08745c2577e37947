// The sound of keys, as a telephone makes it: two tones for a tenth of a second. Only for the ear; the hotline hears events.

import type { Key } from '../../hotline/line.ts'

const rows = [697, 770, 852, 941]
const columns = [1_209, 1_336, 1_477]
export const keypad: readonly Key[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

const seconds = 0.1
const loudness = 0.08

export function soundKey(context: AudioContext, key: Key, volume: number): void {
  const place = keypad.indexOf(key)
  const gain = context.createGain()
  gain.gain.value = loudness * volume
  gain.connect(context.destination)
  for (const hertz of [rows[Math.floor(place / 3)], columns[place % 3]]) {
    const tone = context.createOscillator()
    tone.frequency.value = hertz ?? 0
    tone.connect(gain)
    tone.start()
    tone.stop(context.currentTime + seconds)
  }
}
