// What a caller is told is true: whatever the billing system does, whenever they hang up, whatever breaks here.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../../test/support/hotline.ts'
import type { NewFault } from '../../mis/simulator/admin-client.ts'

const accountNo = '4101000002'
/** Waits of a twentieth, for tests in which the billing system does not answer. */
const short = {
  times: { postTimeoutMs: 400, queryTimeoutMs: 200, readTimeoutMs: 400, askAgainMs: [100, 150], schedule: [100] },
  settings: { callerPostBudgetMs: 700, callerWaitPromptMs: 100, callerReadBudgetMs: 800 },
}
const pending = '充值正在处理，结果尚未确认。您的充值卡已为本次充值保留，请稍后拨打本热线查询，请勿用此卡再次充值。'

let world: HotlineWorld
let hotline: TestHotline

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 200, active: 200 })
  hotline = await world.hotline()
})
afterEach(async () => {
  await world.mis.clearFaults()
  await world.whenMisDown('refuse')
})
afterAll(() => world?.close())

/** Confirms, and resolves to what is said after the words of patience. */
async function confirmed(line: TestHotline, n: number, fault?: NewFault): Promise<string[]> {
  const phone = line.call()
  await world.untilReadBack(phone, n, accountNo)
  if (fault) await world.mis.addFault(fault)
  phone.press('1')
  const told = (await phone.listens()).split('\n')
  await world.afterHangUp(phone)
  return told.filter(words => !words.includes('请稍候') && !words.includes('不要挂机'))
}

const refusal = (code: string): NewFault => ({ name: 'refuse', params: { code }, match: { op: 'postRecharge' } })

describe('a refusal of the billing system after the confirmation', () => {
  const reasons = {
    '1102': '该户号已销户，不能充值，充值卡未使用。',
    '1103': '该账户电费正在处理，暂时不能充值，充值卡未使用，请稍后再拨。',
    '1104': '该户号不能用充值卡缴费，请到营业厅办理，充值卡未使用。',
    '1107': '超过该账户的充值限额，充值卡未使用。',
    '1109': '该账户没有欠费，暂不接受预缴，充值卡未使用。',
    '1110': '该账户电费正在处理，暂时不能充值，充值卡未使用，请稍后再拨。',
    '1204': '充值未成功，充值卡未使用，可再次充值。',
    '1201': '该账户电费正在处理，暂时不能充值，充值卡未使用，请稍后再拨。',
    '2005': '系统暂时无法充值，充值卡未使用，请稍后再拨。',
  }
  for (const [code, words] of Object.entries(reasons)) {
    it(`${code} is told, and the card is free`, async () => {
      const n = world.fresh()
      const [told] = await confirmed(hotline, n, refusal(code))
      expect(told).toBe(words)
      expect((await world.recharges(n)).map(recharge => recharge.state)).toEqual(['failed'])
      const { serial, pin } = world.card(n)
      const { condition } = await world.api('hotline').card.check({ serial, pin, caller: null })
      expect(condition).toBe('ok')
    })
  }

  it('for a changed bill goes back to the read-back once, as a new recharge', async () => {
    const n = world.fresh()
    const phone = hotline.call()
    await world.untilReadBack(phone, n, accountNo)
    await world.mis.addFault(refusal('1111'))
    phone.press('1')
    expect(await phone.listens()).toMatch(/^电费刚刚更新，请重新确认。\n户名李某某/)
    phone.press('1')
    expect(await phone.listens()).toMatch(/^充值成功/)
    phone.callerHangsUp()
    expect((await world.recharges(n)).map(recharge => recharge.state)).toEqual(['failed', 'succeeded'])
  })

  it('for a bill that changes again is not asked a third time', async () => {
    const n = world.fresh()
    const phone = hotline.call()
    await world.untilReadBack(phone, n, accountNo)
    await world.mis.addFault({ ...refusal('1111'), times: 2 })
    phone.press('1')
    await phone.answers('1')
    expect(await phone.listens()).toMatch(/^该账户电费正在处理/)
    phone.callerHangsUp()
    expect(await world.recharges(n)).toHaveLength(2)
  })

  it('for an unknown account asks for another', async () => {
    const n = world.fresh()
    const phone = hotline.call()
    await world.untilReadBack(phone, n, accountNo)
    await world.mis.addFault(refusal('1101'))
    phone.press('1')
    expect(await phone.answers(`${accountNo}#`)).toMatch(/^没有查到这个户号.*\n请输入要充值的户号/)
    await phone.answers('1')
    expect(await phone.listens()).toMatch(/^充值成功/)
    phone.callerHangsUp()
  })
})

describe('a billing system that is silent', () => {
  it('leaves the recharge pending, asks for patience meanwhile, and the card check knows since when', async () => {
    const n = world.fresh()
    const line = await world.hotline({ ...short, sweeps: true })
    const phone = line.call()
    await world.untilReadBack(phone, n, accountNo)
    await world.mis.addFault({ name: 'dropReply', match: { op: 'postRecharge' } })
    await world.mis.addFault({ name: 'queryDown', times: 1_000 })
    phone.press('1')
    const told = (await phone.listens()).split('\n')
    expect(told.slice(0, 2)).toEqual(['正在办理，请稍候。', '还在办理，请不要挂机。'])
    expect(told.at(-2)).toBe(pending)
    phone.press('*')
    await phone.answers('4')
    await phone.answers(world.card(n).serial)
    await phone.answers(world.card(n).pin)
    expect(await phone.listens()).toMatch(/^您.+月.+日.+点.*的充值正在处理，结果尚未确认。/)
    expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'recharge.pending' })
    await world.mis.clearFaults()
    await world.settled()
    expect((await world.recharges(n)).map(recharge => recharge.state)).toEqual(['succeeded'])
  })

  it('after a lost request is asked, and the recharge succeeds while the caller waits', async () => {
    const n = world.fresh()
    const line = await world.hotline({ ...short, settings: { ...short.settings, callerPostBudgetMs: 5_000 } })
    const [told] = await confirmed(line, n, { name: 'dropRequest', match: { op: 'postRecharge' } })
    expect(told).toMatch(/^充值成功/)
  })
})

describe('a billing system that cannot be reached', () => {
  it('refuses at once after the account, with nothing changed', async () => {
    const n = world.fresh()
    const line = await world.hotline({ misAway: true })
    const phone = line.call()
    await world.enterCard(phone, n)
    await phone.answers(`${accountNo}#`)
    expect(await phone.hears('充值卡未使用')).toBe('系统暂时无法充值，充值卡未使用，请稍后再拨。')
    phone.callerHangsUp()
    expect(await world.recharges(n)).toEqual([])
  })

  it('accepts now and posts later for a known account, read back by its whole number', async () => {
    await confirmed(hotline, world.fresh())
    await world.whenMisDown('accept')
    const n = world.fresh()
    const line = await world.hotline({ misAway: true })
    const phone = line.call()
    const readBack = await world.untilReadBack(phone, n, accountNo)
    expect(readBack).toBe(
      '户号四幺零幺零零零零零二。现在查不到户名，请仔细核对户号。本次充值二百元。确认充值，请按一。返回，请按星号键。',
    )
    phone.press('1')
    expect((await phone.listens()).split('\n')[0]).toBe(
      '充值已受理，二百元将在二十四小时内计入您的电费账户。充值卡已使用，请勿重复充值。',
    )
    expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'recharge.owed' })
    expect(await world.recharges(n)).toMatchObject([{ owed: true }])
    expect(JSON.stringify(await world.steps(phone.facts.callId))).not.toContain('四幺零幺零零零零零二')
  })

  it('accepts nothing for an unknown account', async () => {
    await world.whenMisDown('accept')
    const n = world.fresh()
    const line = await world.hotline({ misAway: true })
    const phone = line.call()
    await world.untilReadBack(phone, n, '4101000001')
    phone.press('1')
    expect((await phone.listens()).split('\n')[0]).toBe(
      '电费系统暂时联系不上，这个户号现在不能充值，充值卡未使用，请稍后再拨。',
    )
    expect((await world.recharges(n)).map(recharge => recharge.state)).toEqual(['failed'])
    phone.callerHangsUp()
  })
})

describe('a failure of our own', () => {
  const broken = new Error('the database is away')

  it('before the accept is told as such, and the main menu goes on', async () => {
    const line = await world.hotline({
      around: (operation, run) => (operation === 'card.check' ? Promise.reject(broken) : run()),
    })
    const phone = line.call()
    await world.enterCard(phone, world.fresh())
    expect(await phone.listens()).toMatch(/^系统暂时无法充值，充值卡未使用，请稍后再拨。\n充值，请按一/)
    phone.callerHangsUp()
  })

  it.each([
    ['once is mended by asking again with the same key', 1, /^充值成功/],
    ['twice leaves the recharge pending, never failed', 2, pending],
  ])('that lost the answer of the accept %s', async (_what, losses, words) => {
    const n = world.fresh()
    let lost = 0
    const line = await world.hotline({
      async around(operation, run) {
        const answer = await run()
        if (operation !== 'recharge.accept' || lost === losses) return answer
        lost += 1
        throw broken
      },
    })
    const [told] = await confirmed(line, n)
    expect(told).toMatch(words)
    expect(await world.recharges(n)).toHaveLength(1)
  })

  it('after the accept leaves it pending too', async () => {
    const line = await world.hotline({
      around: (operation, run) => (operation === 'recharge.post' ? Promise.reject(broken) : run()),
    })
    const [told] = await confirmed(line, world.fresh())
    expect(told).toBe(pending)
  })

  it('is told, when the card was taken by somebody else in the meantime', async () => {
    const n = world.fresh()
    const [one, other] = [hotline.call(), hotline.call({ caller: '13800002222' })]
    await world.untilReadBack(one, n, accountNo)
    await world.untilReadBack(other, n, accountNo)
    one.press('1')
    await one.hears('充值成功')
    other.press('1')
    expect((await other.listens()).split('\n')[0]).toBe('此卡正在充值中，请稍后查询。')
    one.callerHangsUp()
    other.callerHangsUp()
    expect(await world.recharges(n)).toHaveLength(1)
  })
})

describe('a caller who hangs up', () => {
  const keysOf = (n: number) => ['1', world.card(n).serial, world.card(n).pin, `${accountNo}#`]
  for (const [answers, where] of [
    'in the menu',
    'at the serial',
    'at the PIN',
    'at the account',
    'at the read-back',
  ].entries()) {
    it(`${where} has changed nothing`, async () => {
      const n = world.fresh()
      const phone = hotline.call()
      for (const keys of keysOf(n).slice(0, answers)) await phone.answers(keys)
      await phone.listens()
      expect((await world.afterHangUp(phone)).releaseCause).toBe('caller')
      expect(await world.recharges(n)).toEqual([])
    })
  }

  it('right after the confirmation is recharged all the same, and the record says how it ended', async () => {
    const n = world.fresh()
    const phone = hotline.call()
    await world.untilReadBack(phone, n, accountNo)
    phone.press('1')
    expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'recharge.confirmed', releaseCause: 'caller' })
    await expect.poll(() => world.recharges(n)).toMatchObject([{ state: 'succeeded' }])
    await expect
      .poll(async () => (await world.steps(phone.facts.callId)).at(-1))
      .toEqual({ kind: 'answer', text: 'recharge.post succeeded' })
  })
})
