// Many calls at once, each by itself: records always closed, nothing secret written, and a stop that lets calls finish.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../test/support/hotline.ts'
import type { ScriptCall } from './engines/script/script-call.ts'

const accountNo = '4101000002'
let world: HotlineWorld
let hotline: TestHotline

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 400, active: 400 })
  hotline = await world.hotline()
})
afterAll(() => world?.close())

async function recharged(phone: ScriptCall, n: number): Promise<string> {
  await world.untilReadBack(phone, n, accountNo)
  phone.press('1')
  return phone.hears('充值成功')
}

describe('thirty calls at once', () => {
  it('all recharge, each its own card, and all records are closed', async () => {
    const cards = Array.from({ length: 30 }, () => world.fresh())
    const phones = cards.map(n => hotline.call({ caller: `1380000${n}`, patienceMs: 50_000 }))
    expect(hotline.activeCalls()).toBe(30)
    await Promise.all(phones.map((phone, at) => recharged(phone, cards[at] ?? 0)))
    const ended = await Promise.all(phones.map(phone => world.afterHangUp(phone)))
    expect(new Set(ended.map(call => call.outcome))).toEqual(new Set(['recharge.succeeded']))
    expect(hotline.activeCalls()).toBe(0)
    const states = await Promise.all(cards.map(n => world.recharges(n)))
    expect(states.flat().every(recharge => recharge.state === 'succeeded')).toBe(true)
    expect(states.flat()).toHaveLength(30)
  })

  it('are not disturbed by calls that break', async () => {
    let broken = 0
    const line = await world.hotline({
      around(operation, run) {
        if (operation !== 'call.begin' || broken >= 5) return run()
        broken += 1
        return Promise.reject(new Error('the database is away'))
      },
    })
    const apologies = Array.from({ length: 5 }, () => line.call())
    const phone = line.call()
    await recharged(phone, world.fresh())
    for (const failed of apologies) {
      expect(await failed.over).toBe('completed')
      expect(failed.said()).toEqual(['对不起，系统出了故障，请稍后再拨。'])
    }
    phone.callerHangsUp()
  })
})

it('a record that cannot be written is no harm to its call', async () => {
  const line = await world.hotline({
    around: (operation, run) => (operation === 'call.step' ? Promise.reject(new Error('away')) : run()),
  })
  const phone = line.call()
  await recharged(phone, world.fresh())
  expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'recharge.succeeded' })
  expect(line.log()).toContain('steps of a call could not be written')
})

it('PIN digits are nowhere: not in captions, steps, logs or the audit; card and account only masked', async () => {
  const n = world.fresh()
  const { serial, pin } = world.card(n)
  const wrong = '135792468013'
  const phone = hotline.call()
  await phone.answers('1')
  await phone.answers(serial)
  await phone.answers(`${wrong.slice(0, 5)}*${wrong}`)
  // The PIN typed where the serial belongs.
  await phone.answers(pin)
  await phone.answers(`${serial}`)
  await phone.answers(`${pin}#`)
  await phone.answers(`${accountNo}#`)
  await phone.answers('1')
  await phone.hears('充值成功')
  await world.afterHangUp(phone)
  const steps = await world.steps(phone.facts.callId)
  const audit = await world.db.selectFrom('audit').select(['operation', 'details']).execute()
  const everything = JSON.stringify([phone.captions, steps, hotline.log(), audit])
  for (const secret of [pin, wrong]) {
    for (let from = 0; from + 4 <= secret.length; from += 1) {
      expect(JSON.stringify([phone.captions, steps])).not.toContain(secret.slice(from, from + 4))
    }
    expect(everything).not.toContain(secret)
  }
  const kept = JSON.stringify(steps)
  expect([serial, accountNo].filter(number => kept.includes(number))).toEqual([])
  expect(steps).toContainEqual({ kind: 'entry', text: '●●●●●●●●●●●●' })
  expect(steps).toContainEqual({ kind: 'entry', text: '410*****02' })
})

describe('a call', () => {
  it('from a number longer than any is one that shows none', async () => {
    const phone = hotline.call({ caller: '1'.repeat(64) })
    await recharged(phone, world.fresh())
    await world.afterHangUp(phone)
    const rows = world.db.selectFrom('call').select('caller').where('callId', '=', phone.facts.callId)
    expect(await rows.execute()).toEqual([{ caller: null }])
  })

  it('to a number of no county is told so in every language', async () => {
    const phone = hotline.call({ called: '12345' })
    expect(await phone.over).toBe('completed')
    expect(phone.said()).toEqual([
      '您拨打的号码没有开通充值热线，请核对后再拨。There is no recharge line at this number. Please check it and call again.',
    ])
  })

  it('cannot last longer than allowed', async () => {
    const line = await world.hotline({ settings: { maxCallMs: 50 } })
    const phone = line.call()
    expect(await phone.over).toBe('completed')
    expect(await world.ended(phone.facts.callId)).toMatchObject({ outcome: 'menu' })
  })

  it('that is abandoned while it rings is recorded as one', async () => {
    const phone = hotline.call()
    phone.callerHangsUp()
    expect(await world.ended(phone.facts.callId)).toMatchObject({ outcome: 'nothing', releaseCause: 'caller' })
  })
})

describe('stopping', () => {
  it('lets calls finish within the grace, and ends the others', async () => {
    const line = await world.hotline()
    const [finishing, staying] = [line.call(), line.call()]
    const n = world.fresh()
    await world.untilReadBack(finishing, n, accountNo)
    await staying.listens()
    const stopped = line.stop(500)
    finishing.press('1')
    await finishing.hears('充值成功')
    finishing.callerHangsUp()
    await stopped
    expect(await staying.over).toBe('shutdown')
    expect(await world.ended(staying.facts.callId)).toMatchObject({ outcome: 'menu', releaseCause: 'shutdown' })
    expect(line.activeCalls()).toBe(0)
  })

  it('waits for a recharge that was confirmed', async () => {
    const line = await world.hotline()
    const phone = line.call()
    const n = world.fresh()
    await world.untilReadBack(phone, n, accountNo)
    await world.mis.addFault({ name: 'slow', params: { delayMs: 300 }, match: { op: 'postRecharge' } })
    phone.press('1')
    await line.stop(0)
    expect((await world.recharges(n)).map(recharge => recharge.state)).toEqual(['succeeded'])
    expect((await world.steps(phone.facts.callId)).at(-1)?.text).toBe('recharge.post succeeded')
  })
})
