// What the phone page shows of keys and results; a PIN digit never, whatever comes in whatever order.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PageMessage } from '../../hotline/engines/browser/page-messages.ts'
import type { Caption, Key } from '../../hotline/line.ts'
import { heard, idle, type PhoneState, pressed } from './phone-state.ts'

const up = heard(idle, { type: 'answered' }, 1_000)
const hear = (state: PhoneState, ...captions: Caption[]) =>
  captions.reduce((now, caption) => heard(now, { type: 'caption', caption }, 1_000), state)
const keysOf = (text: string) => [...text].filter((key): key is Key => /[\d*#]/.test(key))
const press = (state: PhoneState, keys: string) => keysOf(keys).reduce(pressed, state)
const serial: Caption = { type: 'ask', most: 12, secret: false }
const pin: Caption = { type: 'ask', most: 12, secret: true }

describe('the echo of keys', () => {
  test('shows digits that are asked for openly, dots for a PIN, and what was understood', () => {
    let state = press(hear(up, serial), '0016')
    expect(state.echo).toBe('0016')
    state = press(state, '*0017#')
    expect(state.echo).toBe('0017#')
    state = hear(state, { type: 'entry', text: '001700000001' }, pin)
    expect(state.echo).toBe('001700000001')
    state = press(state, '615949')
    expect(state.echo).toBe('●●●●●●')
    expect(press(hear(state, { type: 'entry', text: '●●●●●●' }, serial), '4').echo).toBe('4')
  })

  test('shows dots for what is keyed ahead, after # and after the last digit of an entry', () => {
    expect(press(hear(up, serial), '0016#61').echo).toBe('0016#●●')
    expect(press(hear(up, serial), '00160000033361').echo).toBe('001600000333●●')
    expect(press(up, '12').echo).toBe('●●')
  })

  test('shows dots for an ask that came after keys for it were pressed', () => {
    const state = press(hear(press(hear(up, serial), '0016#61'), serial), '594')
    expect(state.echo).toBe('●●●')
  })
})

test('no PIN digit is shown, however asks and keys interleave on the way', () => {
  // The hotline asks for a serial, then its PIN; the page presses keys, and hears of each ask some keys late.
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), fc.boolean(), (lateSerial, latePin, withHash) => {
      const serialKeys = withHash ? '111111#' : '111111111111'
      const pinKeys = '999999999999'
      // The PIN is asked for once the serial is whole, and after the serial was.
      const pinAt = serialKeys.length + latePin
      const all = keysOf(serialKeys + pinKeys)
      let state = up
      for (const [place, key] of all.entries()) {
        if (place === Math.min(lateSerial, pinAt)) state = hear(state, serial)
        if (place === pinAt) state = hear(state, pin)
        state = pressed(state, key)
        expect(state.echo).not.toContain('9')
      }
    }),
  )
})

describe('what came of the call', () => {
  test('is each recharge in the words told next, each query in the words told before', () => {
    const state = hear(
      up,
      { type: 'outcome', outcome: 'recharge.confirmed' },
      { type: 'say', text: '请稍候' },
      { type: 'outcome', outcome: 'recharge.succeeded' },
      { type: 'say', text: '充值成功' },
      { type: 'say', text: '您的电费' },
      { type: 'outcome', outcome: 'bill.told' },
      { type: 'outcome', outcome: 'threeTries' },
    )
    expect(state.results).toEqual([
      { outcome: 'recharge.succeeded', words: '充值成功' },
      { outcome: 'bill.told', words: '您的电费' },
      { outcome: 'threeTries', words: '' },
    ])
  })

  test('stays as it was when the line is over, whatever comes late', () => {
    const ended: PageMessage = { type: 'ended', cause: 'completed' }
    const state = heard(press(hear(up, serial), '12'), ended, 5_000)
    expect(state).toMatchObject({ line: 'over', cause: 'completed', upAtMs: 1_000, overAtMs: 5_000, echo: '' })
    expect(hear(state, { type: 'say', text: '晚了' })).toBe(state)
    expect(heard(state, { type: 'ended', cause: 'network' }, 6_000)).toBe(state)
  })
})
