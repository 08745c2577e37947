// Callers who press anything at all, right numbers among it: no dialogue breaks, and nothing is held that was not confirmed.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld } from '../../test/support/hotline.ts'
import { createRandom } from '../mis/simulator/random.ts'

const accounts = ['4101000001', '4101000002', '4101000003', '4101000000012', '9999999999']
const callers = 60
const presses = 50
let world: HotlineWorld

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 60, active: 50 })
})
afterAll(() => world?.close())

it('keys at random', { timeout: 120_000 }, async () => {
  const random = createRandom(20_260_101)
  const line = await world.hotline({ settings: { firstKeyMs: 200, nextKeyMs: 200 } })
  const words = () => {
    const { serial, pin } = world.card(1 + random.whole(60))
    const accountNo = random.pick(accounts)
    return random.pick([
      ...['1', '1', '1', '4', '2', '3', '8', '9', '0', '*', '#', '5', '**', '1#', '77#'],
      ...[serial, `${serial}#`, pin, `${pin}#`, `${accountNo}#`, accountNo],
      ...[`1${serial}#${pin}#`, `*1${serial}${pin}${accountNo}#`, `1${serial}#${pin}#${accountNo}#1`],
    ])
  }
  const ended = await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      const phone = line.call({ caller: `1350000${caller}` })
      let over = false
      void phone.over.then(() => {
        over = true
      })
      for (let press = 0; press < presses && !over; press += 1) {
        phone.press(words())
        if (random.next() < 0.8) await phone.listens().catch(() => '')
      }
      const call = await world.afterHangUp(phone)
      return { callId: phone.facts.callId, ...call }
    }),
  )
  await line.stop()
  expect(ended.filter(({ outcome }) => outcome === 'system.error')).toEqual([])
  expect(line.log()).not.toMatch(/"level":(50|60)/)
  let recharges = 0
  for (const { callId } of ended) {
    const steps = await world.steps(callId)
    const held = await world.db.selectFrom('recharge').select('rechargeId').where('callId', '=', callId).execute()
    const accepts = steps.flatMap((step, at) => (step.text.startsWith('recharge.accept 4') ? [at] : []))
    expect(held).toHaveLength(accepts.length)
    for (const at of accepts) {
      expect(steps[at - 1]).toEqual({ kind: 'key', text: '1' })
      expect(steps[at - 2]?.text).toMatch(/(确认充值，请按一。|To confirm, press one\.)/)
    }
    recharges += held.length
  }
  expect(recharges).toBeGreaterThan(0)
})
