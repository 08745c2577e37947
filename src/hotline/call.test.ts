// What a dialogue can count on: typing ahead, interrupting, going back, silence, three tries, confirming, hanging up.

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../kernel/log.ts'
import { back, type Call, type CallTimes, createCall, said } from './call.ts'
import type { CallRecord } from './call-record.ts'
import { ScriptCall } from './engines/script/script-call.ts'
import { HangUp, type ReleaseCause } from './line.ts'
import { Farewell } from './talk.ts'

const usual: CallTimes = {
  ...{ firstKeyMs: 10_000, nextKeyMs: 6_000, entryTries: 3 },
  ...{ callerWaitPromptMs: 4_000, callerReadBudgetMs: 10_000, callerPostBudgetMs: 15_000 },
}
const impatient = { ...usual, firstKeyMs: 40, nextKeyMs: 40 }

/** A call without operations: this dialogue, and what became of it. */
function place<T>(dialogue: (call: Call) => Promise<T>, { times = usual, messageMs = 0 } = {}) {
  const phone = new ScriptCall({ caller: '13800001111', called: '95598', callId: 'call', messageMs })
  const steps: { kind: string; text: string }[] = []
  const record: CallRecord = {
    begin: () => Promise.reject(new Error('not here')),
    step: (kind, text) => steps.push({ kind, text }),
    end: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  const running = createCall({
    ...{ line: phone, facts: phone.facts, record, times, language: 'zh-CN', now: () => new Date(), log: silentLog },
    api: new Proxy({} as Call['api'], {
      get() {
        throw new Error('these dialogues ask nothing')
      },
    }),
    county: { sayYao: true } as Call['county'],
  })
  phone.onEnd((cause: ReleaseCause) => running.end(cause))
  const result = dialogue(running.call)
  result.catch(() => undefined)
  const shown = () => phone.captions.flatMap(caption => (caption.type === 'entry' ? [caption.text] : []))
  return { phone, steps, result, shown }
}

const serial = { prompt: [said('entry.serial')], lengths: [4] }
const account = { prompt: [said('entry.account')], lengths: [3, 6] }
const serialWords = '请输入充值卡的卡号，输完请按井号键。'
const accountWords = '请输入要充值的户号，输完请按井号键。'

describe('an entry', () => {
  it('of fixed length ends by itself, and a # pressed after it is not the next entry', async () => {
    const { phone, result } = place(async call => [await call.ask(serial), await call.ask(account)])
    await phone.answers('1234')
    await phone.listens()
    phone.press('#')
    phone.press('777#')
    expect(await result).toEqual(['1234', '777'])
  })

  it('of several lengths ends at #, by itself at the longest, or by silence at a right length', async () => {
    const { phone, result } = place(
      async call => [await call.ask(account), await call.ask(account), await call.ask(account)],
      { times: { ...usual, nextKeyMs: 40 } },
    )
    await phone.answers('123#')
    await phone.answers('123456')
    await phone.answers('123')
    expect(await result).toEqual(['123', '123456', '123'])
  })

  it('begins again after *, and goes back with nothing typed', async () => {
    const { phone, result } = place(async call => [await call.ask(account), await call.ask(account)])
    await phone.answers('99*')
    expect(await phone.answers('123#')).toBe('已清除，请重新输入。')
    await phone.answers('*')
    expect(await result).toEqual(['123', back])
  })

  it('is asked for three times, with what was wrong, then goodbye is said', async () => {
    const { phone, result } = place(call => call.ask(account))
    expect(await phone.answers('1#')).toBe(accountWords)
    expect(await phone.answers('1234#')).toBe(`您输入的数字不够，请重新输入。${accountWords}`)
    expect(await phone.answers('#')).toBe(`您输入的数字位数不对，请重新输入。${accountWords}`)
    expect(await phone.hears('再见')).toBe('很抱歉，几次输入都没有成功。请核对好以后再拨。再见。')
    await expect(result).rejects.toBeInstanceOf(Farewell)
  })

  it('is asked for again after silence, three times in all', async () => {
    const { phone, result } = place(call => call.ask(account), { times: impatient })
    await expect(result).rejects.toBeInstanceOf(Farewell)
    const again = `没有收到您的按键。${accountWords}`
    expect(phone.said().slice(0, 3)).toEqual([accountWords, again, again])
  })

  it('looked up in vain counts as a try', async () => {
    const looked: string[] = []
    const { phone, result } = place(call =>
      call.ask({
        ...account,
        async refused(digits) {
          looked.push(digits)
          return digits === '333' ? null : [said('P-NOACC')]
        },
      }),
    )
    await phone.answers('111#')
    expect(await phone.answers('22#')).toContain('没有查到这个户号')
    await phone.answers('333#')
    expect(await result).toBe('333')
    expect(looked).toEqual(['111', '333'])
  })

  it('that is secret is dots wherever it is seen, and so is one that cannot be right', async () => {
    const { phone, steps, result, shown } = place(async call => {
      await call.ask({ prompt: [said('entry.pin')], lengths: [4], secret: true })
      await call.ask({ ...serial, mistyped: digits => (digits === '9876' ? [said('entry.serialMistyped')] : null) })
    })
    await phone.answers('5678')
    await phone.answers('9876')
    await phone.answers('4444')
    await result
    expect(shown()).toEqual(['●●●●', '●●●●', '4444'])
    expect(JSON.stringify([steps, phone.captions])).not.toMatch(/5678|9876/)
  })
})

describe('keys typed ahead', () => {
  it('are taken one entry after the other, and what leads to them is not said', async () => {
    const { phone, result } = place(async call => [
      await call.menu({ prompt: [said('welcome')], choices: ['1'] }),
      await call.ask(serial),
      await call.ask(account),
    ])
    phone.press('1#1234#123#')
    expect(await result).toEqual(['1', '1234', '123'])
    // The first words had begun before the first key.
    expect(phone.said()).toEqual(['您好，欢迎使用电费充值热线。'])
  })

  it('are forgotten when an entry was wrong, so that a PIN is not taken for a serial', async () => {
    const { phone, result } = place(async call => [await call.ask(account), await call.ask(serial)])
    phone.press('1#5678#')
    expect(await phone.hears('数字不够')).toContain(accountWords)
    await phone.answers('123#')
    await phone.answers('4321')
    expect(await result).toEqual(['123', '4321'])
  })

  it('never confirm: only a key pressed after the read-back began counts', async () => {
    const { phone, result } = place(async call => [await call.ask(serial), await call.confirm([said('welcome')])], {
      messageMs: 30,
    })
    phone.press('1234#11111')
    await phone.hears('您好')
    await phone.listens()
    expect(phone.playbacks.at(-1)).toBe('ended')
    phone.press('1')
    expect(await result).toEqual(['1234', 'confirmed'])
  })

  it('beyond what a call needs are lost, not kept', async () => {
    const { phone, result } = place(async call => {
      const digits: (string | typeof back)[] = []
      for (let entry = 0; entry < 17; entry += 1) digits.push(await call.ask(serial))
      return digits
    })
    phone.press('1234'.repeat(40))
    await phone.answers('5678')
    expect((await result).slice(-2)).toEqual(['1234', '5678'])
  })
})

describe('what is being said', () => {
  it('is interrupted by a key, which counts', async () => {
    const { phone, result } = place(call => call.ask(serial), { messageMs: 60_000 })
    await phone.hears(serialWords)
    phone.press('1234')
    expect(await result).toBe('1234')
    expect(phone.playbacks).toEqual(['stopped'])
  })

  it('is followed by the next menu at once when a key of that menu interrupts it', async () => {
    const { phone, result } = place(
      async call => {
        await call.tell(said('P-FAIL'))
        return call.menu({ prompt: [said('welcome')], choices: ['2'] })
      },
      { messageMs: 60_000 },
    )
    await phone.hears('充值未成功')
    phone.press('2')
    expect(await result).toBe('2')
    expect(phone.said()).toHaveLength(1)
  })

  it('is said again on request, without counting', async () => {
    const { phone, result } = place(call =>
      call.menu({ prompt: [said('menu.hangUp')], choices: ['1'], againKey: '9', again: [said('goodbye')] }),
    )
    for (let times = 0; times < 5; times += 1) await phone.answers('9')
    expect(await phone.answers('1')).toBe('谢谢您的来电，再见。办完了，请直接挂机。')
    expect(await result).toBe('1')
  })
})

describe('a read-back', () => {
  it('goes back by *, and is said again after another key or silence', async () => {
    const { phone, result, steps } = place(call => call.confirm([said('welcome')]), {
      times: { ...usual, firstKeyMs: 60 },
    })
    await phone.answers('5')
    expect(await phone.listens()).toMatch(/^没有这个选项，请重新选择。您好/)
    expect(await phone.answers('*')).toMatch(/^没有收到您的按键。您好/)
    expect(await result).toBe(back)
    expect(steps.filter(step => step.kind !== 'say').map(step => step.text)).toEqual(['●', 'no key', '*'])
  })
})

describe('a wait', () => {
  it('is kept company by words of patience, and keys pressed meanwhile answer nothing', async () => {
    const { phone, result } = place(
      async call => {
        const done = await call.whileWaiting(sleep(130, 'done'), 5_000)
        await call.tell(said('P-FAIL'))
        return [done, await call.menu({ prompt: [said('welcome')], choices: ['1', '2'] })]
      },
      { times: { ...usual, callerWaitPromptMs: 30 } },
    )
    phone.press('111')
    await phone.answers('2')
    expect(await result).toEqual(['done', '2'])
    expect(phone.said().slice(0, 2)).toEqual(['正在办理，请稍候。', '还在办理，请不要挂机。'])
  })

  it('ends without a result at its limit', async () => {
    const { result } = place(call => call.whileWaiting(new Promise<never>(() => undefined), 30))
    expect(await result).toBeNull()
  })
})

describe('a hang-up is thrown', () => {
  const dialogues: Record<string, (call: Call) => Promise<unknown>> = {
    'out of words': call => call.tell(said('welcome')),
    'out of an entry': call => call.ask(serial),
    'out of a menu': call => call.menu({ prompt: [said('welcome')], choices: ['1'] }),
    'out of a read-back': call => call.confirm([said('welcome')]),
    'out of a wait': call => call.whileWaiting(new Promise(() => undefined), 60_000),
    'out of goodbye': call => call.goodbye(said('goodbye')),
  }
  for (const [where, dialogue] of Object.entries(dialogues)) {
    it(where, async () => {
      const { phone, result } = place(dialogue, { messageMs: where === 'out of words' ? 60_000 : 20 })
      await sleep(where === 'out of goodbye' ? 0 : 40)
      phone.callerHangsUp()
      await expect(result).rejects.toBeInstanceOf(HangUp)
    })
  }

  it('into whatever comes next, too', async () => {
    const { phone, result } = place(async call => {
      await sleep(30)
      return call.ask(serial)
    })
    phone.callerHangsUp()
    await expect(result).rejects.toMatchObject({ releaseCause: 'caller' })
  })
})

it('changes its language in the middle, and offers the other one in its own words', async () => {
  const { phone, result } = place(async call => {
    await call.tell(said('goodbye'))
    call.changeLanguage()
    await call.tell(said('goodbye'))
    call.changeLanguage()
    await call.tell(said('goodbye'))
  })
  await result
  expect(phone.said()).toEqual(['谢谢您的来电，再见。', 'Thank you for calling. Goodbye.', '谢谢您的来电，再见。'])
})
