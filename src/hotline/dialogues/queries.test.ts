// What can be asked by telephone: bills, payments, whether a card is good; and the main menu around it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../../test/support/hotline.ts'

let world: HotlineWorld
let hotline: TestHotline

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 20, active: 10 })
  hotline = await world.hotline()
})
afterAll(() => world?.close())

const afterMenu = '重听，请按九。返回主菜单，请按星号键。办完了，请直接挂机。'

async function asked(keys: readonly string[], line = hotline): Promise<string> {
  const phone = line.call()
  for (const entry of keys) await phone.answers(entry)
  const told = await phone.listens()
  phone.callerHangsUp()
  return told
}

describe('the bill', () => {
  it('is told as a whole, by month, with late fees and the balance', async () => {
    const told = await asked(['2', '4101000001#'])
    expect(told).toMatch(
      /^户名王某某，户号尾号零零零幺。应缴合计二百五十九元一角，其中违约金一元六角五分。(二零..年.+月，电费八十六元四角，违约金一元二角。)(二零..年.+月，电费九十二元一角五分，违约金四角五分。)(二零..年.+月，电费七十八元九角。)账户余额零元。\n/,
    )
    expect(told.endsWith(afterMenu)).toBe(true)
  })

  it('of an account without debts says so', async () => {
    expect(await asked(['2', '4101000002#'])).toContain('您目前没有欠费。账户余额一百二十五元三角。')
  })

  it('cannot be told while the billing system is away', async () => {
    const line = await world.hotline({ misAway: true })
    expect(await asked(['2', '4101000002#'], line)).toMatch(/^电费系统暂时联系不上，现在不能查询，请稍后再拨。\n充值/)
    expect(await asked(['3', '4101000002#'], line)).toMatch(/^电费系统暂时联系不上，现在不能查询，请稍后再拨。\n充值/)
  })
})

describe('payments', () => {
  it('are told newest first, five at most', async () => {
    const told = await asked(['3', '4101000001#'])
    expect(told).toMatch(/^最近五笔缴费和充值。(.+月.+日，(营业厅缴费|银行缴费|缴费|充值卡充值).+元.*。){5}\n/)
  })

  it('of an account that never paid are none', async () => {
    expect(await asked(['3', '4101000005#'])).toMatch(/^近期没有缴费记录。\n/)
  })
})

describe('the card check', () => {
  it('tells the value and until when the card is good, and uses nothing', async () => {
    const { serial, pin } = world.card(1)
    const told = await asked(['4', serial, pin])
    expect(told).toBe(`此卡可以使用，面值二百元，有效期到二零九九年十二月三十一日。\n${afterMenu}`)
    expect(await world.recharges(1)).toEqual([])
  })

  it('tells for what account and when a used card was used', async () => {
    const phone = hotline.call()
    await world.untilReadBack(phone, 2, '4101000002')
    phone.press('1')
    await phone.hears('充值成功')
    phone.callerHangsUp()
    const { serial, pin } = world.card(2)
    expect(await asked(['4', serial, pin])).toMatch(/^此卡已于.+月.+日.+点.*，充入尾号零零零二的户号。\n/)
  })

  it('does not tell an inactive card apart from no card when the PIN is wrong', async () => {
    const { serial } = world.card(15)
    expect(await asked(['4', serial, '000000000000'])).toMatch(/^卡号或密码不正确/)
  })
})

describe('the main menu', () => {
  it('changes the language and back, and is said again on request', async () => {
    const phone = hotline.call()
    await phone.answers('8')
    expect(await phone.answers('9')).toMatch(/^To recharge, press one\./)
    expect(await phone.answers('8')).toMatch(/^To recharge, press one\./)
    expect(await phone.listens()).toMatch(/^充值，请按一。/)
    expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'menu' })
  })

  it('answers a call in the language of the called number', async () => {
    const line = await world.hotline({ language: 'en-US' })
    const phone = line.call()
    expect(await phone.listens()).toMatch(/^Hello, and welcome to the electricity recharge line\./)
    expect(await world.afterHangUp(phone)).toMatchObject({ outcome: 'menu' })
  })

  it('says that nobody is there for 0, and goes on', async () => {
    expect(await asked(['0'])).toMatch(/^对不起，目前没有人工服务。\n充值，请按一。/)
  })

  it('says goodbye after three keys that are no choice', async () => {
    const phone = hotline.call()
    for (const key of ['5', '6', '7']) await phone.answers(key)
    expect(await phone.over).toBe('completed')
    expect(phone.said().at(-1)).toContain('再见')
  })
})
