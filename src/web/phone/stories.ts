// Whole calls that the demonstration plays by itself: what is keyed at each of the hotline's questions, and when it hangs up.

import type { PhoneLine } from './phone-line.ts'
import type { PhoneState } from './phone-state.ts'

export interface Drawer {
  cards: { kind: string; serial: string; pin: string; faceValueFen: number; holder: string }[]
  accounts: { accountNo: string; accountName: string; dueFen: number; balanceFen: number }[]
}

export const storyNames = ['success', 'wrongPins', 'hangUp', 'severalCards', 'bill'] as const
export type StoryName = (typeof storyNames)[number]

/** `heardOut`: only once everything was said. No keys: hangs up. */
interface Step {
  keys: string | null
  heardOut?: boolean
}

/** Null when the demonstration has nothing left to play it with. */
export function storyOf(name: StoryName, { cards, accounts }: Drawer): Step[] | null {
  const [card, second] = cards.filter(({ kind }) => kind === 'redeem')
  // What is locked by wrong PINs should not be what the other stories redeem.
  const spare = cards.filter(({ kind }) => kind === 'redeem').at(-1)
  const account = accounts[0]
  if (!account) return null
  const serial = (of: { serial: string }) => ({ keys: `${of.serial}#` })
  const entered = (of: { serial: string; pin: string }) => [serial(of), { keys: `${of.pin}#` }]
  const toAccount = { keys: `${account.accountNo}#` }
  const confirm = { keys: '1', heardOut: true }
  const leave = { keys: null, heardOut: true }
  const choose = (key: string) => ({ keys: key })
  switch (name) {
    case 'success':
      return card ? [choose('1'), ...entered(card), toAccount, confirm, leave] : null
    case 'wrongPins': {
      if (!spare) return null
      const wrong = [serial(spare), { keys: `${otherPin(spare.pin)}#` }]
      return [choose('1'), ...wrong, ...wrong, ...wrong]
    }
    case 'hangUp':
      return card ? [choose('1'), ...entered(card), toAccount, { keys: null }] : null
    case 'severalCards':
      return card && second
        ? [choose('1'), ...entered(card), toAccount, confirm, choose('1'), ...entered(second), confirm, leave]
        : null
    case 'bill':
      return [choose('2'), toAccount, leave]
  }
}

const otherPin = (pin: string) => `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`

/** Long enough to read what is asked. */
const pauseMs = 2_000

/** Answers one question after the other, until the story or the call is over. */
export async function playStory(line: PhoneLine, steps: readonly Step[]): Promise<void> {
  let asks = 0
  for (const { keys, heardOut } of steps) {
    await until(line, state => state.asks > asks)
    asks = line.state().asks
    await new Promise(resolve => setTimeout(resolve, pauseMs))
    if (heardOut) await until(line, state => state.listening)
    if (line.state().line === 'over') return
    if (keys === null) line.hangUp()
    else line.press(keys)
  }
}

function until(line: PhoneLine, fits: (state: PhoneState) => boolean): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (!fits(line.state()) && line.state().line !== 'over') return
      stop()
      resolve()
    }
    const stop = line.listen(look)
    look()
  })
}
