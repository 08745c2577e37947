// What is said: the words a caption shows and the clips a line plays, always made together.
import type { ClipName } from '../line.ts'

export interface Spoken {
  readonly text: string
  readonly clips: readonly ClipName[]
}

export interface ReadingOptions {
  /** Mandarin: 幺 for 1 in account and card digits. On unless switched off. */
  readonly yao?: boolean
}

/** The pause between two sentences said one after the other. */
const SENTENCE_PAUSE_MS = 300

/** One message of several: sentences of prompts, each after a short pause. */
export function joinSpoken(parts: readonly Spoken[], pauseMs: number = SENTENCE_PAUSE_MS): Spoken {
  const said = parts.filter(part => part.clips.length > 0)
  return {
    text: said.map(part => part.text).reduce((text, next) => joinText(text, next), ''),
    clips: said.flatMap((part, i) => (i === 0 || pauseMs === 0 ? part.clips : [`pause/${pauseMs}`, ...part.clips])),
  }
}

/** How one language reads what is not fixed text. What cannot be read (no number, no such day) throws RangeError. */
export interface Reader {
  /** An amount in fen. */
  money(fen: number): Spoken
  /** A whole number by itself, for example in "number 22". */
  number(value: number): Spoken
  /** A whole number of things. */
  count(value: number): Spoken
  hours(value: number): Spoken
  /** Digits one by one. */
  digits(digits: string, options?: ReadingOptions): Spoken
  /** `yyyymmdd` or `yyyy-mm-dd`; without the year when only `mmdd` or `mm-dd` is given. */
  date(date: string): Spoken
  /** `yyyymm` or `yyyy-mm`. */
  month(month: string): Spoken
  /** `HHmm` or `HH:mm`, seconds allowed and not read. */
  time(time: string): Spoken
  /** A key of the telephone. */
  key(key: string): Spoken
  /** A surname and what stands for the rest of the name; null when it is not to be said. */
  name(accountName: string): Spoken | null
}

function joinText(text: string, next: string): string {
  // Sentences of languages that write spaces between words are set apart by one.
  return text === '' || !/[!-~]$/.test(text) ? text + next : `${text} ${next}`
}
