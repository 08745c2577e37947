// The door: plain HTTP on this machine alone, HTTPS by certificate, proxies believed when named, no other site, sessions that end.

import { request as httpsRequest } from 'node:https'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, type Door, openDoor } from '../../test/support/door.ts'
import { rightPassword, rightPasswordHash } from '../../test/support/sign-in.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { testCertificate, testKey } from '../mis/connectors/test-certificate.ts'
import { isLoopback } from './reach.ts'

let world: World
const doors: Door[] = []
async function open(...more: Parameters<typeof openDoor> extends [World, ...infer R] ? R : never): Promise<Door> {
  const door = await openDoor(world, ...more)
  doors.push(door)
  return door
}
beforeAll(async () => {
  world = await createWorld({ passwordHash: await rightPasswordHash() })
})
afterAll(async () => {
  await Promise.all(doors.map(door => door.close()))
  await world.close()
})

const outside = Object.values(networkInterfaces())
  .flatMap(list => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

describe('plain HTTP', () => {
  const proxied = { trustedProxies: ['127.0.0.1'], tls: null, plainHttp: false }
  it('from elsewhere is refused in both languages, but for the question whether the process lives', async () => {
    const door = await open({ reach: proxied })
    const headers = { 'x-forwarded-for': '10.0.0.9', 'x-forwarded-proto': 'http' }
    for (const path of ['/', '/api/auth.me', '/metrics', '/openapi.json', '/assets/x.js']) {
      const answer = await fetch(door.url + path, { headers })
      expect([path, answer.status]).toEqual([path, 403])
      expect(await answer.text()).toMatch(/明文[\s\S]*https:\/\//)
    }
    expect((await door.post('auth.login', { headers })).status).toBe(403)
    expect((await fetch(`${door.url}/healthz`, { headers })).status).toBe(200)
    const secure = await fetch(door.url, { headers: { ...headers, 'x-forwarded-proto': 'https' } })
    expect(secure.status).toBe(200)
    expect(secure.headers.get('strict-transport-security')).toContain('max-age')
  })

  it('believes nobody who was not named', async () => {
    const door = await open({ reach: { ...proxied, trustedProxies: ['10.9.9.9'] } })
    const answer = await fetch(door.url, { headers: { 'x-forwarded-for': '10.0.0.9', 'x-forwarded-proto': 'https' } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('strict-transport-security')).toBeNull()
  })

  it.skipIf(outside === undefined)(
    'from another address of the network is refused too, unless a setting says otherwise',
    async () => {
      const reach = { tls: null, trustedProxies: [] }
      const refusing = await open({ reach: { ...reach, plainHttp: false } }, '0.0.0.0')
      const allowing = await open({ reach: { ...reach, plainHttp: true } }, '0.0.0.0')
      const from = (door: Door) => fetch(door.url.replace('127.0.0.1', outside ?? ''))
      expect([(await from(refusing)).status, (await from(allowing)).status]).toEqual([403, 200])
      expect((await fetch(refusing.url)).status).toBe(200)
    },
  )

  it('knows this machine by all of its names', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true)
    expect(['10.0.0.1', '1127.0.0.1', '::2', 'localhost', '127.0.0.1.evil'].some(isLoopback)).toBe(false)
  })
})

describe('HTTPS', () => {
  it('is spoken with a certificate, with a cookie that goes nowhere else', async () => {
    const door = await open({
      reach: { tls: { cert: testCertificate, key: testKey }, trustedProxies: [], plainHttp: false },
    })
    const body = JSON.stringify({ name: 'finance', password: rightPassword })
    const { headers, statusCode } = await overTls(`${door.url}/api/auth.login`, body)
    expect(statusCode).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    const [cookie = ''] = headers['set-cookie'] ?? []
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part)
    await expect(fetch(door.url.replace('https', 'http'))).rejects.toThrow()
  })
})

function overTls(url: string, body: string) {
  return new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = httpsRequest(url, { method: 'POST', headers, ca: testCertificate, agent: false }, answer => {
      answer.resume().on('end', () => resolve(answer))
    })
    asked.on('error', reject).end(body)
  })
}

describe('a cookie', () => {
  it('works from a page of our own, and not from another site', async () => {
    const door = await open()
    const cookie = `dianka_session=${await door.tokenOf(world.actor('finance'))}`
    const ask = async (headers: Record<string, string>) =>
      codeOf(await door.post('auth.me', { headers: { cookie, ...headers } }))
    const { host } = new URL(door.url)
    expect(await ask({})).toBe('done')
    expect(await ask({ origin: `http://${host}` })).toBe('done')
    expect(await ask({ 'sec-fetch-site': 'same-origin' })).toBe('done')
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: `http://${host}.evil.example` },
      { origin: 'null' },
      { origin: 'not an origin' },
      { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect(await ask(headers)).toBe('foreignOrigin')
    }
    const token = await door.tokenOf(world.actor('finance'))
    const bearer = await door.post('auth.me', { token, headers: { origin: 'https://evil.example' } })
    expect(await codeOf(bearer)).toBe('done')
  })
})

describe('a session over HTTP', () => {
  it('says where it came from, and ends between two requests when it is revoked', async () => {
    const door = await open()
    const body = JSON.stringify({ name: 'station1', password: rightPassword })
    const signedIn = await door.post('auth.login', { body, headers: { 'user-agent': 'Clerk/1.0' } })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const ask = async () => codeOf(await door.post('org.list', { headers: { cookie } }))
    expect(await ask()).toBe('done')
    const { sessions } = await world.as('security').session.list({})
    const mine = sessions.find(({ userAgent }) => userAgent === 'Clerk/1.0')
    expect(mine).toMatchObject({ address: '127.0.0.1', signInName: 'station1' })
    await world.as('security').session.revoke({ sessionId: mine?.sessionId ?? '' })
    expect(await ask()).toBe('notSignedIn')
  })

  it('of many requests at once: those after the end are refused, and none fails otherwise', async () => {
    const door = await open()
    const operatorId = world.actor('card2').operatorId ?? 0
    const token = await door.tokenOf(world.actor('card2'))
    const asked = Array.from({ length: 40 }, (_, place) =>
      place === 10
        ? world
            .as('security')
            .operator.disable({ operatorId })
            .then(() => 'disabled')
        : door.post('cardMaking.list', { token }).then(codeOf),
    )
    const answers = new Set(await Promise.all(asked))
    expect([...answers].filter(code => !['done', 'notSignedIn', 'disabled'].includes(code))).toEqual([])
    expect(await codeOf(await door.post('cardMaking.list', { token }))).toBe('notSignedIn')
  })

  it('names a county in one way only', async () => {
    const door = await open()
    const token = await door.tokenOf(world.actor('finance'))
    const ask = async (county: string) =>
      codeOf(await door.post('auth.me', { token, headers: { 'x-dianka-county': county } }))
    expect(await ask('1')).toBe('done')
    expect(await ask('2')).toBe('countyOutOfReach')
    for (const county of ['', 'one', '1 or 1=1', '0001', '-1', '1,2']) expect(await ask(county)).toBe('badInput')
  })

  it.each([
    ['no such operation', 'no.such', '{}', 404, 'unknownOperation'],
    ['a member of the prototype', '__proto__', '{}', 404, 'unknownOperation'],
    ['no JSON', 'auth.me', '{', 400, 'badInput'],
    ['JSON that is no object', 'auth.me', '[]', 422, 'badInput'],
    ['a body that is too large', 'auth.me', `"${'x'.repeat(200_000)}"`, 413, 'badInput'],
  ])('answers %s with a code', async (_what, name, body, status, code) => {
    const door = await open()
    const token = await door.tokenOf(world.actor('finance'))
    const answer = await door.post(name, { token, body })
    expect([answer.status, await codeOf(answer)]).toEqual([status, code])
  })
})
