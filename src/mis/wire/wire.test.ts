// Times, text and numbers of the wire.

import { describe, expect, test } from 'vitest'
import { parseJson } from './json.ts'
import { requestSchemas } from './requests.ts'
import { maskAccountNo, maskName, wireText } from './text.ts'
import { addDays, dateOf, daysBetween, instantOf, isDate, isMonth, parseInstant } from './time.ts'

describe('times', () => {
  test('an instant is written in the time of Shanghai and read back', () => {
    const epochMs = Date.UTC(2026, 0, 4, 16, 30, 0, 123)
    expect(instantOf(epochMs)).toBe('20260105003000123')
    expect(dateOf(epochMs)).toBe('20260105')
    expect(parseInstant('20260105003000123')).toBe(epochMs)
  })

  test.each(['20260230000000000', '20261301000000000', '2026010524000000', '20260105240000000', '2026-01-05', ''])(
    'no instant: %s',
    text => expect(parseInstant(text)).toBeUndefined(),
  )

  test('dates and months are those of the calendar', () => {
    expect([isDate('20240229'), isDate('20250229'), isDate('2024022')]).toEqual([true, false, false])
    expect([isMonth('202412'), isMonth('202413'), isMonth('2024')]).toEqual([true, false, false])
    expect(addDays('20241231', 1)).toBe('20250101')
    expect(addDays('20240301', -1)).toBe('20240229')
    expect(daysBetween('20241231', '20250102')).toBe(2)
  })
})

describe('text', () => {
  test('control characters and the separator go, and no character is cut in half', () => {
    expect(wireText('王|小\n二\u0000', 10)).toBe('王小二')
    expect(wireText('𠮷𠮷𠮷', 2)).toBe('𠮷𠮷')
  })

  test('logs see no whole number and no whole name', () => {
    expect(maskAccountNo('4101000001')).toBe('410*****01')
    expect(maskAccountNo('4101000000012')).toBe('410********12')
    expect(maskName('𠮷田')).toBe('𠮷**')
  })
})

describe('numbers', () => {
  const read = (text: string) => parseJson(Buffer.from(text))?.value

  test.each(['5000.0', '5e3', '5E3', '-0', '9007199254740993', '0.1'])('%s is not taken for an integer', written => {
    expect(read(`{"amountFen":${written}}`)).toEqual({ amountFen: `#${written}` })
  })

  test('integers stay, and digits inside strings are left alone', () => {
    expect(read('{"a":5000,"b":-3,"c":"1.5e3 \\" 2.5","d":[0,999999999999]}')).toEqual({
      a: 5000,
      b: -3,
      c: '1.5e3 " 2.5',
      d: [0, 999_999_999_999],
    })
  })

  test.each(['{1.5:2}', '{"a":01}', '', '{"a":1', '\uFEFF{}'])('not JSON: %s', text => {
    expect(parseJson(Buffer.from(text))).toBeUndefined()
  })

  test('bytes that are no UTF-8 are no JSON', () => {
    expect(parseJson(Buffer.from([0x22, 0xb5, 0xe7, 0x22]))).toBeUndefined()
  })
})

test('an unknown member is ignored in a request, a fraction in a known one is refused', () => {
  const request = { messageId: '410123202601050000000042', operator: 'op', requestTime: '20260105103000123' }
  const find = { ...request, accountNo: '0101000011', extra: '#1.5' }
  expect(requestSchemas.findAccount.safeParse(find).data).toEqual({ ...request, accountNo: '0101000011' })
  expect(requestSchemas.billsDue.safeParse({ ...find, page: '#1.0' }).success).toBe(false)
})
