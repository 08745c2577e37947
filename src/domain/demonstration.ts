// Removing the demonstration data: asked for by a person, done by the next start, before anything else runs.

import type { Tx } from '../kernel/db.ts'

/** What is typed to confirm it. */
export const removalWords = '删除演示数据'

/** The row of `installation` that asks for it. */
export const removalName = 'demonstration removal'

export async function askForRemoval(tx: Tx): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ name: removalName, value: 'asked' })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
