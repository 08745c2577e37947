// Prompts with their values: whole messages as heard, and what holds for all prompts of all languages.
import { describe, expect, test } from 'vitest'
import { clipCatalog } from './catalog.ts'
import { promptIds, prompts } from './prompts.ts'
import { segmentsOf } from './segments.ts'
import { canSayName, readMoney, speak } from './speak.ts'
import { joinSpoken } from './spoken.ts'
import { languages, voiceOf } from './voices.ts'

describe('messages', () => {
  test('a recharge that succeeded', () => {
    const message = speak('zh-CN', 'P-OK.balance', { amount: 5000, balance: 12_005 })
    expect(message.text).toBe('充值成功。本次充值五十元，账户余额一百二十元零五分。')
    expect(message.clips).toEqual([
      'zh-CN/P-OK.balance.1',
      'zh-CN/number.50',
      'zh-CN/yuan',
      'pause/150',
      'zh-CN/P-OK.balance.2',
      'zh-CN/hundred.1',
      'zh-CN/number.20',
      'zh-CN/yuan',
      'zh-CN/number.0',
      'zh-CN/number.5',
      'zh-CN/fen',
    ])
    expect(speak('en-US', 'P-OK.balance', { amount: 5000, balance: 12_005 }).text).toBe(
      'Recharge successful. Amount: fifty yuan. Account balance: one hundred and twenty yuan and five fen.',
    )
  })

  test('a used card, with and without 幺', () => {
    const params = { date: '0305', time: '20:06', tail: '1234' }
    expect(speak('zh-CN', 'P-USED', params).text).toBe('此卡已于三月五日二十点零六分，充入尾号幺二三四的户号。')
    expect(speak('zh-CN', 'P-USED', params, { yao: false }).text).toContain('尾号一二三四')
  })

  test('a prompt without parameters is one clip', () => {
    expect(speak('zh-CN', 'P-LOCKED', {})).toEqual({
      text: '此卡因密码多次输错已锁定，请转人工。',
      clips: ['zh-CN/P-LOCKED'],
    })
  })

  test('a read-back is joined from its sentences', () => {
    const name = '王小明'
    expect(canSayName('zh-CN', name)).toBe(true)
    const message = joinSpoken([
      speak('zh-CN', 'account.named', { name, tail: '5678' }),
      speak('zh-CN', 'readBack.amount', { amount: 20_000 }),
      speak('zh-CN', 'readBack.confirm', { confirmKey: '1', backKey: '*' }),
    ])
    expect(message.text).toBe('户名王某某，户号尾号五六七八。本次充值二百元。确认充值，请按一。返回，请按星号键。')
    expect(message.clips.filter(clip => clip === 'pause/300')).toHaveLength(3)
    const english = joinSpoken([speak('en-US', 'wait', {}), speak('en-US', 'goodbye', {})])
    expect(english.text).toBe('One moment, please. Thank you for calling. Goodbye.')
  })

  test('a name that cannot be said is refused', () => {
    expect(canSayName('zh-CN', '某县面粉厂')).toBe(false)
    expect(() => speak('zh-CN', 'account.named', { name: '某县面粉厂', tail: '5678' })).toThrow(RangeError)
  })

  test('a value that is no number is refused', () => {
    expect(() => readMoney('zh-CN', Number.NaN)).toThrow(RangeError)
  })
})

describe.each(languages)('all prompts of %s', language => {
  const { texts } = voiceOf(language)

  test.each(promptIds)('%s uses exactly its parameters, each once', promptId => {
    const used = segmentsOf(texts[promptId]).flatMap(segment => (segment.type === 'parameter' ? [segment.name] : []))
    expect(used.sort()).toEqual(Object.keys(prompts[promptId]).sort())
  })

  test('clips have different names, and something to say', () => {
    const clips = clipCatalog(language).map(entry => entry.clip)
    expect(new Set(clips).size).toBe(clips.length)
    expect(clipCatalog(language).filter(entry => entry.text.trim() === '')).toEqual([])
  })
})

test('keys and numbers never stand as digits in a text: they are parameters', () => {
  const withDigits = languages.flatMap(language => promptIds.filter(id => /\d/.test(voiceOf(language).texts[id])))
  expect(withDigits).toEqual([])
})
