// After something was told: hear it again, recharge another card, go to the main menu, or hang up.

import { type Call, said } from '../call.ts'
import type { Said } from '../said.ts'

export async function afterwards(
  call: Call,
  told: readonly Said[],
  offer: 'another' | 'nothingMore',
): Promise<'another' | 'mainMenu'> {
  const another = offer === 'another'
  const choice = await call.menu({
    prompt: [
      ...(another ? [said('after.another', { key: '1' })] : []),
      said('menu.again', { key: '9' }),
      said('menu.main', { key: '*' }),
      said('menu.hangUp'),
    ],
    choices: another ? ['1', '*'] : ['*'],
    againKey: '9',
    again: told,
    farewell: said('goodbye'),
  })
  return choice === '1' ? 'another' : 'mainMenu'
}
