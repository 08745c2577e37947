// Recharging by telephone over real operations and the reference billing system: the words, the money, and the truth.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../../test/support/hotline.ts'
import type { ScriptCall } from '../engines/script/script-call.ts'
import { defaultClipFolder, openClipLibrary } from '../voice/clip-library.ts'

let world: HotlineWorld
let hotline: TestHotline

beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 200, active: 180 })
  hotline = await world.hotline()
})
afterEach(async () => {
  await world.mis.clearFaults()
  await world.whenMisDown('refuse')
})
afterAll(() => world?.close())

const fresh = () => world.fresh()

const due = '4101000001'
const nothingDue = '4101000002'

const enterCard = (phone: ScriptCall, n: number) => world.enterCard(phone, n)
const untilReadBack = (phone: ScriptCall, n: number, accountNo: string) => world.untilReadBack(phone, n, accountNo)
const afterHangUp = (phone: ScriptCall) => world.afterHangUp(phone)

const clips = openClipLibrary([defaultClipFolder])
const withoutSound = (phone: ScriptCall) => phone.clips.filter(clip => !clips.has(clip))

describe('a recharge', () => {
  it('is heard in Mandarin word for word', async () => {
    const n = fresh()
    const { serial, pin } = world.card(n)
    const phone = hotline.call()
    expect(await phone.answers('1')).toBe(
      '您好，欢迎使用电费充值热线。充值，请按一。查询电费和余额，请按二。查询缴费和充值记录，请按三。' +
        '查询充值卡能不能用，请按四。For English, press eight. 重听，请按九。人工服务，请按零。',
    )
    expect(await phone.answers(`${serial}#`)).toBe('请输入充值卡的卡号，输完请按井号键。按错了，请按星号键清除。')
    expect(await phone.answers(`${pin}#`)).toBe('请刮开涂层，输入卡密码，输完请按井号键。')
    expect(await phone.answers(`${nothingDue}#`)).toBe('请输入要充值的户号，输完请按井号键。')
    expect(await phone.answers('1')).toBe(
      '户名李某某，户号尾号零零零二。账户余额一百二十五元三角。本次充值二百元。确认充值，请按一。返回，请按星号键。',
    )
    expect(await phone.listens()).toBe(
      '充值成功。本次充值二百元，账户余额三百二十五元三角。\n' +
        '用另一张卡给同一个户号充值，请按一。重听，请按九。返回主菜单，请按星号键。办完了，请直接挂机。',
    )
    expect(await afterHangUp(phone)).toMatchObject({ outcome: 'recharge.succeeded', releaseCause: 'caller' })
    expect(withoutSound(phone)).toEqual([])
    expect(await world.recharges(n)).toEqual([{ state: 'succeeded', owed: false, accountNo: nothingDue }])
  })

  it('is heard in English word for word', async () => {
    const { serial, pin } = world.card(fresh())
    const phone = hotline.call()
    await phone.answers('8')
    expect(await phone.answers('1')).toMatch(/^To recharge, press one\. .*普通话服务，请按八。/)
    expect(await phone.answers(`${serial}#`)).toBe(
      'Please enter the card number, then press the pound key. If you make a mistake, press star to clear it.',
    )
    await phone.answers(`${pin}#`)
    await phone.answers('4101000008#')
    expect(await phone.answers('1')).toBe(
      'Account number ending in zero zero zero eight. Amount due: forty-five yuan and fifty fen. ' +
        'Account balance: zero yuan. This recharge: two hundred yuan. To confirm, press one. To go back, press star.',
    )
    expect(await phone.listens()).toMatch(/^Recharge successful\. Amount: two hundred yuan\. Account balance: .* yuan/)
    phone.callerHangsUp()
    expect(withoutSound(phone)).toEqual([])
  })

  it('needs no # where a length is fixed, and takes thirteen digits as an account', async () => {
    const n = fresh()
    const { serial, pin } = world.card(n)
    const phone = hotline.call()
    for (const keys of ['1', serial, pin, '4101000000012', '1']) await phone.answers(keys)
    expect(await phone.listens()).toContain('充值成功')
    phone.callerHangsUp()
  })

  it('can be typed ahead up to the read-back, but not confirmed ahead', async () => {
    const n = fresh()
    const { serial, pin } = world.card(n)
    const phone = hotline.call()
    phone.press(`1${serial}#${pin}#${due}#1`)
    expect(await phone.listens()).toMatch(/户名王某某.*确认充值，请按一。返回，请按星号键。$/s)
    expect(await world.recharges(n)).toEqual([])
    phone.press('1')
    expect(await phone.listens()).toContain('充值成功')
    phone.callerHangsUp()
  })

  it('of several cards asks for the account once', async () => {
    const [first, second] = [fresh(), fresh()]
    const phone = hotline.call()
    await untilReadBack(phone, first, due)
    phone.press('1')
    expect(await phone.answers('1')).toContain('充值成功')
    expect(await phone.answers(`${world.card(second).serial}#`)).toBe('请输入充值卡的卡号，输完请按井号键。')
    await phone.answers(`${world.card(second).pin}#`)
    expect(await phone.answers('1')).toMatch(/^户名王某某，户号尾号零零零幺。/)
    expect(await phone.answers('9')).toContain('充值成功')
    expect(await phone.listens()).toMatch(/^充值成功.*\n?用另一张卡/s)
    phone.callerHangsUp()
    expect((await world.recharges(second)).map(recharge => recharge.accountNo)).toEqual([due])
  })

  it('can be taken back at every step with *', async () => {
    const n = fresh()
    const { serial, pin } = world.card(n)
    const phone = hotline.call()
    await untilReadBack(phone, n, due)
    phone.press('*')
    expect(await phone.answers('*')).toBe('请输入要充值的户号，输完请按井号键。')
    expect(await phone.answers(serial)).toContain('请输入充值卡的卡号')
    expect(await phone.answers('*')).toContain('输入卡密码')
    expect(await phone.answers('*')).toContain('请输入充值卡的卡号')
    expect(await phone.answers('1')).toMatch(/^充值，请按一。/)
    phone.callerHangsUp()
    expect(await world.recharges(n)).toEqual([])
    expect(pin).toHaveLength(12)
  })
})

describe('a card', () => {
  it('with a wrong PIN is one sentence three times, then goodbye', async () => {
    const n = fresh()
    const { serial } = world.card(n)
    const phone = hotline.call({ caller: '13900000001' })
    await phone.answers('1')
    for (const pin of ['000000000001', '000000000002', '000000000003']) {
      await phone.answers(serial)
      await phone.answers(pin)
    }
    await phone.over
    expect(phone.said().filter(words => words === '卡号或密码不正确，请核对后重新输入。')).toHaveLength(2)
    expect(phone.said().at(-1)).toBe('很抱歉，几次输入都没有成功。请核对好以后再拨。再见。')
    expect(await world.ended(phone.facts.callId)).toMatchObject({ outcome: 'threeTries', releaseCause: 'completed' })
  })

  it('that is hard to read is asked for with patience', async () => {
    const { serial, pin } = world.card(fresh())
    const phone = hotline.call()
    await phone.answers('1')
    await phone.answers('1234#')
    expect(await phone.answers('5678#')).not.toContain('不用着急')
    expect(await phone.answers(serial)).toContain('请按照卡上的数字，一位一位地按，不用着急。')
    await phone.answers(pin)
    expect(await phone.listens()).toContain('户号')
    phone.callerHangsUp()
  })

  it('of a caller who withholds the number is not looked at after ten guesses of such callers', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      const { serial } = world.card(170 + guess)
      await world.api('hotline').card.check({ serial, pin: '111111111111', caller: null })
    }
    const phone = hotline.call({ caller: null })
    await enterCard(phone, fresh())
    expect(await phone.listens()).toMatch(/^您的电话没有显示号码，暂时不能充值。/)
    expect(await afterHangUp(phone)).toMatchObject({ outcome: 'locked' })
  })

  it('mistyped is said so at once and costs the card no try', async () => {
    const { serial, pin } = world.card(fresh())
    const wrong = `${serial.slice(0, -1)}${(Number(serial.at(-1)) + 1) % 10}`
    const phone = hotline.call()
    await phone.answers('1')
    await phone.answers(wrong)
    expect(await phone.answers(serial)).toMatch(/^这个卡号输错了，请对照卡面重新输入。/)
    await phone.answers(pin)
    expect(await phone.listens()).toContain('户号')
    phone.callerHangsUp()
  })

  const conditions: Record<string, { make: (n: number) => Promise<unknown>; words: RegExp; n?: number }> = {
    'not active': { make: async () => {}, n: 190, words: /^此卡尚未激活，请向售卡处核实。$/ },
    frozen: { make: n => world.freeze(n), words: /^此卡已冻结，请持卡到供电营业厅办理。$/ },
    expired: { make: n => world.expire(n), words: /^此卡已过有效期，卡内金额仍然有效，请到营业厅免费展期。$/ },
    void: { make: n => world.voidCard(n), words: /^此卡已作废，请持卡到供电营业厅办理。$/ },
    locked: {
      async make(n) {
        for (let guess = 0; guess < 5; guess += 1) {
          const { serial } = world.card(n)
          await world.api('hotline').card.check({ serial, pin: '111111111111', caller: `1370000${guess}` })
        }
      },
      words: /^此卡因密码多次输错已锁定，请转人工。$/,
    },
    used: {
      async make(n) {
        const phone = hotline.call()
        await untilReadBack(phone, n, due)
        phone.press('1')
        await phone.hears('充值成功')
        phone.callerHangsUp()
      },
      words: /^此卡已于.+月.+日.+点.*，充入尾号零零零幺的户号。$/,
    },
  }
  for (const [condition, { make, words, n = 0 }] of Object.entries(conditions)) {
    it(`that is ${condition} is refused with the true reason, and nothing is held`, async () => {
      const card = n || fresh()
      await make(card)
      const before = await world.recharges(card)
      const phone = hotline.call()
      await enterCard(phone, card)
      const [told = '', menu = ''] = (await phone.listens()).split('\n')
      expect(told).toMatch(words)
      expect(menu).toMatch(/^充值，请按一。/)
      expect(await afterHangUp(phone)).toMatchObject({ outcome: 'recharge.cardRefused' })
      expect(await world.recharges(card)).toEqual(before)
    })
  }

  it('sold to a customer is as good as one at a seller', async () => {
    const n = fresh()
    await world.sell(n)
    const phone = hotline.call()
    await untilReadBack(phone, n, due)
    phone.press('1')
    expect(await phone.listens()).toContain('充值成功')
    phone.callerHangsUp()
  })

  it('is not looked at when its caller is locked', async () => {
    const caller = '13900000002'
    for (let guess = 0; guess < 10; guess += 1) {
      const { serial } = world.card(160 + guess)
      await world.api('hotline').card.check({ serial, pin: '111111111111', caller })
    }
    const phone = hotline.call({ caller })
    await enterCard(phone, fresh())
    expect(await phone.listens()).toMatch(/^因多次输错，这部电话暂时不能充值/)
    expect(await afterHangUp(phone)).toMatchObject({ outcome: 'locked' })
  })
})

describe('an account', () => {
  const problems: Record<string, { accountNo: string; words: string }> = {
    closed: { accountNo: '4101000003', words: '该户号已销户，不能充值，充值卡未使用。' },
    locked: { accountNo: '4101000004', words: '该账户电费正在处理，暂时不能充值，充值卡未使用，请稍后再拨。' },
    'with a card meter': { accountNo: '4101000005', words: '该户号不能用充值卡缴费，请到营业厅办理，充值卡未使用。' },
    'that must be paid in full': {
      accountNo: '4101000006',
      words: '该账户应缴三百八十元，需一次缴清，本卡面值不足，充值卡未使用。',
    },
    'with a lower limit': { accountNo: '4101000010', words: '超过该账户的充值限额，充值卡未使用。' },
  }
  for (const [what, { accountNo, words }] of Object.entries(problems)) {
    it(`${what} is told before anything is held`, async () => {
      const n = fresh()
      const phone = hotline.call()
      await enterCard(phone, n)
      await phone.answers(`${accountNo}#`)
      expect(await phone.hears('充值卡未使用')).toBe(words)
      expect(await afterHangUp(phone)).toMatchObject({ outcome: 'recharge.accountRefused' })
      expect(await world.recharges(n)).toEqual([])
    })
  }

  it('that owes nothing and takes no advance is told so', async () => {
    await world.mis.setAccount({ accountNo: '4101000099', name: '吴桂花', prepayAllowed: false })
    const phone = hotline.call()
    await enterCard(phone, fresh())
    await phone.answers('4101000099#')
    expect(await phone.hears('预缴')).toBe('该账户没有欠费，暂不接受预缴，充值卡未使用。')
    phone.callerHangsUp()
  })

  it('that is unknown is asked for three times', async () => {
    const phone = hotline.call()
    await enterCard(phone, fresh())
    await phone.answers('9999999999#')
    expect(await phone.answers('9999999998#')).toMatch(/^没有查到这个户号，请核对后重新输入。请输入要充值的户号/)
    await phone.answers('9999999997#')
    expect(await phone.hears('再见')).toContain('几次输入都没有成功')
    expect(await phone.over).toBe('completed')
  })

  it('of a disconnected household hears which case it is', async () => {
    const [first, second] = [fresh(), fresh()]
    const phone = hotline.call()
    await world.mis.addBill({ accountNo: '4101000007', month: '202601', amountFen: 20_000 })
    await untilReadBack(phone, first, '4101000007')
    phone.press('1')
    await phone.hears('充值成功')
    expect(phone.said().at(-1)).toMatch(/尚欠.*结清后恢复供电。|请到营业厅办理复电手续。/)
    await phone.answers('1')
    await phone.answers(world.card(second).serial)
    await phone.answers(world.card(second).pin)
    await phone.answers('1')
    await phone.hears('充值成功')
    expect(phone.said().at(-1)).toMatch(/电费已结清，将在二十四小时内恢复供电|请到营业厅办理复电手续。/)
    phone.callerHangsUp()
  })
})
