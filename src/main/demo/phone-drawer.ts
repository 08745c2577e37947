// What the browser phone of a demonstration lays out to try: a few cards of each kind with their PINs, and accounts.

import type { Platform } from '../platform.ts'
import { demoCounties } from './facts.ts'
import { toTry } from './list.ts'

const mostAccounts = 10

/** The PINs are worked out from the fixed seed, as `demo` does; only the demonstration has a door that leads here. */
export async function phoneDrawer(platform: Platform, called: string) {
  const county = demoCounties.find(one => one.hotlineNumber === called) ?? demoCounties[0]
  const { kinds, accounts } = await toTry(platform, county?.countyId ?? 1)
  return {
    cards: Object.entries(kinds).flatMap(([kind, cards]) =>
      cards.map(({ serial, pin, faceValueFen, holder }) => ({ kind, serial, pin, faceValueFen, holder })),
    ),
    accounts: accounts
      .slice(0, mostAccounts)
      .map(({ accountNo, name, dueFen, balanceFen }) => ({ accountNo, accountName: name, dueFen, balanceFen })),
  }
}
