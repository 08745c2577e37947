// Recharging by telephone over real operations and the reference billing system: the words, the money, and the truth.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../../test/support/hotline.ts'

let world: HotlineWorld
let hotline: TestHotline
let used = 0
const nextCard = () => {
  used += 1
  return world.card(used)
}

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 200, active: 180 })
  hotline = await world.hotline()
})
afterAll(() => world.close())

describe('a recharge', () => {
  it('is heard in Mandarin from welcome to result', async () => {
    const { serial, pin } = nextCard()
    const phone = hotline.call()
    await phone.answers('1')
    await phone.answers(`${serial}#`)
    await phone.answers(`${pin}#`)
    await phone.answers('4101000001#')
    await phone.answers('1')
    await phone.answers('*')
    phone.callerHangsUp()
    expect((await world.ended(phone.facts.callId)).outcome).toBe('recharge.succeeded')
  })
})
