// Who gets a word for the browser phone's door, and what it says.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../../test/support/world.ts'
import { readPhoneToken, signPhoneToken } from '../../domain/phone-token.ts'
import type { Services } from '../../domain/services.ts'
import { anonymous } from '../../kernel/session.ts'

const key = Buffer.alloc(32, 9)
let world: World
let number = ''

beforeAll(async () => {
  world = await createWorld()
  const county = await world.db
    .selectFrom('county')
    .select('hotlineNumber')
    .where('countyId', '=', 1)
    .executeTakeFirst()
  number = county?.hotlineNumber ?? ''
})
afterAll(() => world.close())

function ask(changes: Partial<Services>, actor = anonymous, input: object = {}) {
  Object.assign(world.services, changes)
  return world.execute({ name: 'phone.token', input: { called: number, ...input }, actor })
}
const claimsIn = (answer: unknown) => {
  const token = typeof answer === 'object' && answer !== null && 'token' in answer ? String(answer.token) : ''
  return readPhoneToken(key, token, Date.now())
}
const of = (access: Services['phone']['access'], demonstration = false) => ({ phone: { access, key }, demonstration })

describe('who may call', () => {
  it('nobody where it is off; only people signed in, or anybody, as it is set', async () => {
    const station = world.actor('station1')
    await expect(ask(of('off'), station)).rejects.toMatchObject({ code: 'phoneOff' })
    await expect(ask(of('signedIn'))).rejects.toMatchObject({ code: 'notSignedIn' })
    expect(claimsIn(await ask(of('signedIn'), station))).toMatchObject({
      called: number,
      caller: `web-${station.operatorId}`,
    })
    expect(claimsIn(await ask(of('public')))).toMatchObject({ called: number, caller: null })
  })

  it('chooses the number to show only in the demonstration, and no number that is no line', async () => {
    await expect(ask(of('public'), anonymous, { caller: '13800001111' })).rejects.toMatchObject({ code: 'phoneCaller' })
    await expect(ask(of('public'), anonymous, { caller: null })).rejects.toMatchObject({ code: 'phoneCaller' })
    const shown = await ask(of('public', true), anonymous, { caller: '13800001111' })
    expect(claimsIn(shown)).toMatchObject({ caller: '13800001111' })
    await expect(ask(of('public'), anonymous, { called: '110' })).rejects.toMatchObject({ code: 'phoneNumber' })
    await expect(ask(of('public', true), anonymous, { caller: 'web-1' })).rejects.toMatchObject({ code: 'badInput' })
  })
})

it('is no word when it is old, changed, or signed by another key', () => {
  const signed = signPhoneToken(key, { called: '95598', caller: null }, 1_000)
  expect(readPhoneToken(key, signed, 1_001)).toMatchObject({ called: '95598' })
  expect(readPhoneToken(key, signed, 61_001)).toBeNull()
  expect(readPhoneToken(Buffer.alloc(32, 8), signed, 1_001)).toBeNull()
  for (const other of ['', '.', 'x.y', `x${signed}`, signed.slice(1), `${signed}x.`]) {
    expect(readPhoneToken(key, other, 1_001)).toBeNull()
  }
})
