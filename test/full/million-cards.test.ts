// A million cards through the whole chain, with time and peak memory of each step printed; once for each envelope.

import { expect, test } from 'vitest'
import { sealSchemes } from '../../src/domain/card-file/envelope.ts'
import { chainTable, runChain } from '../support/whole-chain.ts'
import { createWorld } from '../support/world.ts'

const quantity = 1_000_000

test.each(sealSchemes)('a million cards, sealed by %s, from registration to the return', async scheme => {
  const world = await createWorld()
  try {
    const chain = await runChain(world, quantity, scheme)
    console.log(chainTable(chain, `${quantity} 张 / cards, ${scheme}`))
    const { batch } = await world.as('card').cardMaking.get({ documentId: chain.batch.documentId })
    expect(batch).toMatchObject({ stocked: quantity - 1, rejected: 1, unadmitted: 0 })
  } finally {
    await world.close()
  }
})
