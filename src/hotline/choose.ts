// Lets the caller choose by one key: from a menu, or to confirm what was read back.

import type { EntryTimes } from './ask.ts'
import type { Key } from './line.ts'
import { type Said, said } from './said.ts'
import { type Back, back, type Talk } from './talk.ts'

export interface Menu<Choice extends Key> {
  prompt: readonly Said[]
  choices: readonly Choice[]
  /** Not a choice: says the menu again, after `again`. */
  againKey?: Key
  again?: readonly Said[]
  /** Said when the caller makes no choice. */
  farewell?: Said
}

export const confirmKey = '1'
export const backKey = '*'

export async function choose<Choice extends Key>(talk: Talk, times: EntryTimes, menu: Menu<Choice>): Promise<Choice> {
  talk.caption({ type: 'ask', most: 1, secret: false })
  await talk.say(menu.prompt)
  for (let failures = 0; ; ) {
    const key = await talk.key(times.firstKeyMs)
    if (key !== null && key === menu.againKey) {
      talk.note('key', key)
      await talk.tell([...(menu.again ?? []), ...menu.prompt])
      continue
    }
    const choice = menu.choices.find(possible => possible === key)
    if (choice !== undefined) {
      take(talk, choice)
      return choice
    }
    failures += 1
    noteNoChoice(talk, key)
    if (failures >= times.entryTries) return talk.goodbye([menu.farewell ?? said('goodbye.threeTries')])
    await talk.tell([said(key === null ? 'entry.nothing' : 'menu.wrongKey'), ...menu.prompt])
  }
}

/** Every read-back forgets the keys before it, so that nobody confirms what they have not begun to hear. */
export async function confirm(talk: Talk, times: EntryTimes, readBack: readonly Said[]): Promise<'confirmed' | Back> {
  const message = [...readBack, said('readBack.confirm', { confirmKey, backKey })]
  talk.caption({ type: 'ask', most: 1, secret: false })
  await talk.tell(message)
  for (let failures = 0; ; ) {
    const key = await talk.key(times.firstKeyMs)
    if (key === confirmKey || key === backKey) {
      take(talk, key)
      return key === confirmKey ? 'confirmed' : back
    }
    failures += 1
    noteNoChoice(talk, key)
    if (failures >= times.entryTries) return talk.goodbye([said('goodbye.threeTries')])
    await talk.tell([said(key === null ? 'entry.nothing' : 'menu.wrongKey'), ...message])
  }
}

function take(talk: Talk, key: Key): void {
  talk.dropHash()
  talk.caption({ type: 'entry', text: key })
  talk.note('key', key)
}

/** A key that is no choice here may be part of something typed at the wrong moment: it is not named. */
function noteNoChoice(talk: Talk, key: Key | null): void {
  talk.note(key === null ? 'system' : 'key', key === null ? 'no key' : '●')
}
