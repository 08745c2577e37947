// Asks for an entry of digits: `#` ends it, `*` clears it or, with nothing typed, goes back; three tries, then goodbye.

import { maskMiddle } from '../kernel/redact.ts'
import { type Said, said } from './said.ts'
import { type Back, back, type Talk } from './talk.ts'

export interface EntryTimes {
  firstKeyMs: number
  nextKeyMs: number
  entryTries: number
}

export interface Entry {
  prompt: readonly Said[]
  /** The lengths it may have; it ends by itself at the longest. */
  lengths: readonly number[]
  /** Shown and recorded as dots. */
  secret?: boolean
  /** Said beside the prompt from the second mistake on. */
  help?: Said
  /** What to say when these digits cannot be right; they are then recorded as dots, for they may be anything. */
  mistyped?: (digits: string) => readonly Said[] | null
  /** What to say when they were looked up and are not to be had. */
  refused?: (digits: string) => Promise<readonly Said[] | null>
}

export async function ask(talk: Talk, times: EntryTimes, entry: Entry): Promise<string | Back> {
  let problem: readonly Said[] = []
  for (let tries = 1; ; tries += 1) {
    talk.caption({ type: 'ask', most: Math.max(...entry.lengths), secret: entry.secret === true })
    if (problem.length === 0) await talk.say(entry.prompt)
    else await talk.tell([...problem, ...entry.prompt, ...(entry.help && tries > 2 ? [entry.help] : [])])
    const digits = await collect(talk, times, entry.lengths)
    if (digits === back) {
      talk.note('key', '*')
      return back
    }
    const wrong = wrongForm(digits, entry)
    show(talk, entry, digits, wrong === null)
    problem = wrong ?? (await entry.refused?.(digits)) ?? []
    if (problem.length === 0) return digits
    if (tries >= times.entryTries) return talk.goodbye([said('goodbye.threeTries')])
  }
}

async function collect(talk: Talk, times: EntryTimes, lengths: readonly number[]): Promise<string | Back> {
  const longest = Math.max(...lengths)
  let digits = ''
  for (;;) {
    const key = await (digits === '' ? talk.key(times.firstKeyMs) : talk.laterKey(times.nextKeyMs))
    if (key === '#') return digits
    if (key === '*' && digits === '') return back
    if (key === '*') {
      digits = ''
      await talk.say([said('entry.cleared')])
      continue
    }
    digits += key ?? ''
    // Whoever is used to `#` presses it after an entry that ended by itself, too.
    if (key === null || digits.length >= longest) {
      talk.dropHash()
      return digits
    }
  }
}

function wrongForm(digits: string, { lengths, mistyped }: Entry): readonly Said[] | null {
  if (digits === '') return [said('entry.nothing')]
  if (digits.length < Math.min(...lengths)) return [said('entry.tooShort')]
  if (!lengths.includes(digits.length)) return [said('entry.wrongLength')]
  return mistyped?.(digits) ?? null
}

/** Digits that were not understood may be a PIN typed at the wrong moment: they are never shown. */
function show(talk: Talk, { secret }: Entry, digits: string, understood: boolean): void {
  const dots = '●'.repeat(digits.length)
  const visible = understood && secret !== true
  if (digits === '') talk.note('system', 'no key')
  else {
    talk.caption({ type: 'entry', text: visible ? digits : dots })
    talk.note('entry', visible ? maskMiddle(digits) : dots)
  }
}
