// The browser phone's door: a stream of lines until the end, a refusal as an ordinary answer, nothing of it where there is no phone.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, type Door, openDoor } from '../../test/support/door.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Phone, PhoneCall } from './phone.ts'

let world: World
let door: Door
const placed: { call: PhoneCall; tell: (message: object) => void; left: boolean }[] = []
const phone: Phone = {
  about: async signedIn => ({ signedIn }),
  async place(call, tell) {
    if (call.token === 'busy') throw new Refusal('phoneBusy')
    const one = { call, tell, left: false }
    placed.push(one)
    tell({ type: 'answer' })
    return {
      leave() {
        one.left = true
      },
    }
  },
  demonstration: null,
}

beforeAll(async () => {
  world = await createWorld()
  door = await openDoor(world, { phone })
})
afterAll(async () => {
  await door.close()
  await world.close()
})

const place = (body: unknown, signal?: AbortSignal) =>
  fetch(`${door.url}/api/phone/call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })

describe('a call', () => {
  it('is told line by line, ends with its last line, and is then left', async () => {
    const answer = await place({ token: 't', offer: 'o' })
    const call = placed.at(-1)
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson')
    expect(call?.call).toMatchObject({ token: 't', offer: 'o', address: '127.0.0.1' })
    call?.tell({ type: 'caption', caption: { type: 'say', text: '你好' } })
    call?.tell({ type: 'ended', cause: 'completed' })
    call?.tell({ type: 'caption', caption: { type: 'listen' } })
    const lines = (await answer.text()).trim().split('\n')
    expect(lines.map(line => JSON.parse(line).type)).toEqual(['answer', 'caption', 'ended'])
    await expect.poll(() => call?.left).toBe(true)
  })

  it('is left at once when the page goes away', async () => {
    const gone = new AbortController()
    await place({ token: 't', offer: 'o' }, gone.signal)
    const call = placed.at(-1)
    expect(call?.left).toBe(false)
    gone.abort()
    await expect.poll(() => call?.left).toBe(true)
  })

  it('is left when the page reads nothing of what it is told', async () => {
    const answer = await place({ token: 't', offer: 'o' })
    const call = placed.at(-1)
    const text = '卡'.repeat(10_000)
    for (let lines = 0; lines < 1_000 && !call?.left; lines += 1) {
      call?.tell({ type: 'caption', caption: { type: 'say', text } })
      await new Promise(resolve => setImmediate(resolve))
    }
    await expect.poll(() => call?.left).toBe(true)
    await expect(answer.text()).rejects.toThrow()
  })
})

describe('what is refused', () => {
  it('is a refusal, not a stream', async () => {
    const answer = await place({ token: 'busy', offer: 'o' })
    expect(answer.status).toBe(503)
    expect(await codeOf(answer)).toBe('phoneBusy')
  })

  it('is whatever is no call: other members, other kinds, too much', async () => {
    const calls = placed.length
    const bodies = [{}, { token: 1, offer: 'o' }, { token: 't' }, { token: 't', offer: 'o', more: 1 }, [], null, 'x']
    for (const body of bodies) expect([400, 422]).toContain((await place(body)).status)
    expect((await place({ token: 't', offer: 'x'.repeat(30_000) })).status).toBe(413)
    expect(placed).toHaveLength(calls)
  })

  it('is everything where there is no phone, and the demonstration’s cards where there is none', async () => {
    const without = await openDoor(world)
    const reach = (path: string, method = 'GET') => fetch(`${without.url}${path}`, { method })
    expect((await reach('/api/phone')).status).toBe(404)
    expect((await reach('/api/phone/demonstration')).status).toBe(404)
    expect((await reach('/api/phone/call', 'POST')).status).toBe(404)
    await without.close()
    expect((await fetch(`${door.url}/api/phone/demonstration`)).status).toBe(404)
    expect(await (await fetch(`${door.url}/api/phone`)).json()).toEqual({ signedIn: false })
  })
})
