// The welcome and the main menu, again and again until the caller has what they called for.

import { type Call, said } from '../call.ts'
import { HangUp } from '../line.ts'
import { inOtherLanguage, type Said } from '../said.ts'
import { Farewell } from '../talk.ts'
import { bill } from './bill.ts'
import { cardCheck } from './card-check.ts'
import { payments } from './payments.ts'
import { recharge } from './recharge.ts'

const languageKey = '8'
const againKey = '9'
const operatorKey = '0'

/** What each key of the main menu does, and what is said when it fails for a reason of ours. */
const dialogues = {
  '1': { run: recharge, offer: said('menu.recharge', { key: '1' }), failed: said('P-DOWN') },
  '2': { run: bill, offer: said('menu.bill', { key: '2' }), failed: said('mis.queryDown') },
  '3': { run: payments, offer: said('menu.payments', { key: '3' }), failed: said('mis.queryDown') },
  '4': { run: cardCheck, offer: said('menu.cardCheck', { key: '4' }), failed: said('system.error') },
} as const

const prompt: readonly Said[] = [
  ...Object.values(dialogues).map(({ offer }) => offer),
  inOtherLanguage(said('language.offer', { key: languageKey })),
  said('menu.again', { key: againKey }),
  said('menu.operator', { key: operatorKey }),
]

/** Never returns: the caller hangs up, or goodbye is said. */
export async function mainMenu(call: Call): Promise<never> {
  let welcome = [said('welcome')]
  for (;;) {
    call.reached('menu')
    const choice = await call.menu({
      prompt: [...welcome, ...prompt],
      choices: ['1', '2', '3', '4', languageKey, operatorKey],
      againKey,
    })
    welcome = []
    if (choice === languageKey) call.changeLanguage()
    else if (choice === operatorKey) await call.tell(said('operator.none'))
    else await run(call, choice)
  }
}

async function run(call: Call, choice: keyof typeof dialogues): Promise<void> {
  const dialogue = dialogues[choice]
  try {
    await dialogue.run(call)
  } catch (error) {
    if (error instanceof HangUp || error instanceof Farewell) throw error
    call.log.error({ err: error, choice }, 'a dialogue failed')
    call.reached('system.error')
    await call.tell(dialogue.failed)
  }
}
