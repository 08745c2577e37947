// The phone page in a real browser, on the running product: sound, keys, captions, a recharge, hanging up, stories, hostile pages.

import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { attachPostgres } from '../src/kernel/postgres-attach.ts'
import { namelessControls, openBrowser, sidewaysPx } from './support/browser.ts'
import { narrow, openPhone, type PhonePage } from './support/phone-page.ts'
import { searchDatabase, searchText } from './support/pin-search.ts'
import { type Demo, type Product, startProduct } from './support/product.ts'
import { has } from './support/programs.ts'

const startWithinMs = 240_000
const told = { timeout: 60_000 }
const chinese = /[\u3400-\u9fff]/

let product: Product
let demo: Demo
let browser: Browser
let api: Awaited<ReturnType<Product['signIn']>>['api']
const phones: PhonePage[] = []

describe.skipIf(!has('chromium'))('the phone page', () => {
  beforeAll(async () => {
    browser = await openBrowser()
    product = await startProduct()
    demo = await product.demo()
    api = (await product.signIn('qh.finance', passwordOf('qh.finance'))).api
  }, startWithinMs)
  afterEach(async () => {
    for (const { context } of phones.splice(0)) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.close()
  })

  it('dials, sounds, shows captions, and recharges by its keypad; the PIN is nowhere', async () => {
    const [card] = redeemable()
    const account = demo.accounts[1]
    if (!card || !account) throw new Error('the demonstration has a card and an account')
    const phone = await open({ viewport: narrow })
    const { page } = phone
    await phone.dial()
    await phone.hears('欢迎使用电费充值热线')
    const before = await phone.received()
    await expect.poll(async () => (await phone.received()).packets, told).toBeGreaterThan(before.packets + 25)
    expect((await phone.received()).bytes).toBeGreaterThan(before.bytes + 25 * 160)

    await page.keyboard.press('1')
    await phone.answers('卡号', card.serial.slice(0, 6))
    await expect.poll(() => page.locator('.phone-echo').innerText()).toBe(card.serial.slice(0, 6))
    await phone.answers('卡号', `${card.serial.slice(6)}#`)
    await phone.answers('卡密码', `${card.pin}#`)
    await phone.answers('户号', `${account.accountNo}#`)
    await phone.hears('确认')
    await phone.answers('确认', '1')
    await phone.hears('充值成功')
    await page.getByRole('button', { name: '挂断', exact: true }).click()
    await page.getByRole('heading', { name: '通话结果' }).waitFor()
    const result = await page.locator('.call-result').innerText()
    expect(result).toMatch(/充值成功。本次充值.+元，账户余额.+元/)
    expect(await page.getByText('您已挂机').count()).toBe(1)
    expect(await page.getByRole('link', { name: '查看呼叫记录' }).count()).toBe(0)

    const { recharges } = await api.recharge.list({})
    expect(recharges[0]).toMatchObject({ state: 'succeeded', channel: 'web', amountFen: card.faceValueFen })
    const call = await lastCall()
    expect(call).toMatchObject({ engine: 'browser', outcome: 'recharge.succeeded', releaseCause: 'caller' })
    const replies = await phone.replies()
    expect(replies).toContain('充值成功')
    const search = { whole: new Set<string>(), anywhere: [card.pin] }
    const everything = `${replies}\n${await page.content()}\n${product.output()}`
    expect(searchText(everything, 'the page', search)).toEqual([])
    const database = await attachPostgres(product.dataDir, join(product.dataDir, 'secrets'))
    expect(await searchDatabase(database?.url('dianka') ?? '', search)).toEqual([])
    expect(phone.complaints).toEqual([])
  })

  it('plays a story of the demonstration: everything keyed, then hung up before the confirmation', async () => {
    const phone = await open()
    await phone.page.getByRole('button', { name: '中途挂断' }).click()
    await phone.page.getByRole('heading', { name: '通话结果' }).waitFor(told)
    expect(await phone.page.locator('.call-result').innerText()).toContain('没有办理业务')
    await expect.poll(async () => (await lastCall())?.outcome, told).toBe('recharge.readBack')
  })

  it('ends the call when its tab is closed, and takes the next one', async () => {
    const phone = await open()
    await phone.dial()
    const before = await lastCall()
    expect(before?.endedAt).toBeNull()
    await phone.page.close()
    await expect.poll(async () => (await lastCall())?.releaseCause, told).toBe('caller')
    const next = await open()
    await next.dial()
    await next.hears('欢迎')
  })

  it('leads staff to the record of the call', async () => {
    const phone = await open()
    const { page } = phone
    await page.goto(`${product.web}/login?from=%2Fphone`)
    await page.getByRole('textbox', { name: '账号' }).fill('qh.finance')
    await page.getByRole('textbox', { name: '密码' }).fill(passwordOf('qh.finance'))
    await page.keyboard.press('Enter')
    await phone.dial()
    await phone.hears('欢迎')
    await page.getByRole('button', { name: '挂断', exact: true }).click()
    await page.getByRole('link', { name: '查看呼叫记录' }).click()
    await page.getByRole('log').getByText('欢迎使用电费充值热线').waitFor()
    expect(phone.complaints).toEqual([])
  })

  it('says why it does not dial: sound blocked, line busy, not signed in, not open', async () => {
    const phone = await open()
    const { page } = phone
    await page.evaluate(blockSound)
    await phone.dial()
    await page.getByText('请点击“打开声音”').waitFor()
    await page.getByRole('button', { name: '打开声音' }).click()
    await page.getByText('请点击“打开声音”').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '挂断', exact: true }).click()
    const answers = (path: string, status: number, body: object) =>
      page.route(path, route => route.fulfill({ status, json: body }))
    await answers('**/api/phone/call', 503, { error: { code: 'phoneBusy', message: '线路忙，请稍后再拨。' } })
    await page.getByRole('button', { name: /重拨/ }).click()
    await page.getByRole('status').filter({ hasText: '线路忙' }).waitFor()
    await answers('**/api/phone', 200, { mayCall: false, demonstration: false, lines: [] })
    await page.reload()
    await page.getByRole('link', { name: '登录' }).waitFor()
    await answers('**/api/phone', 404, { error: { code: 'notFound' } })
    await page.reload()
    await page.getByText('这里没有开放电话模拟').waitFor()
  })

  it('fits a telephone and a desk, and speaks English throughout, save for names', async () => {
    for (const viewport of [narrow, { width: 1366, height: 768 }]) {
      const phone = await open({ viewport })
      const { page } = phone
      await page.getByRole('button', { name: 'English' }).click()
      const looks = async () => {
        expect(await page.evaluate(sidewaysPx)).toBeLessThanOrEqual(0)
        expect(await page.evaluate(namelessControls)).toEqual([])
        expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
        const words = await page.locator('h1, h2, h3, button, label, .line-state, p.secondary').allInnerTexts()
        const names = demo.accounts.map(({ accountName }) => accountName)
        const isName = (word: string) => word === '中文' || names.some(name => word.includes(name))
        expect(words.filter(word => chinese.test(word) && !isName(word))).toEqual([])
      }
      await looks()
      if (viewport === narrow) {
        await page.getByRole('button', { name: 'Demonstration cards and accounts' }).click()
        await page.getByRole('heading', { name: 'Accounts' }).waitFor()
        await looks()
        await page.getByRole('button', { name: 'Close' }).click()
      }
      await phone.dial()
      await looks()
      await page.getByRole('button', { name: 'Hang up' }).click()
      await page.getByRole('heading', { name: 'What came of the call' }).waitFor()
      await looks()
    }
  })

  it('is unmoved by hostile pages, and soon free for others', async () => {
    const phone = await open()
    const token = async () => (await post('/api/phone.token', { called: demo.hotline.number })).body.token
    const good = await token()
    const fingerprint = Array.from({ length: 32 }, () => 'AA').join(':')
    const offer = `m=audio 9 UDP/TLS/RTP/SAVPF 8 126\na=rtcp-mux\na=mid:0\na=ice-ufrag:abcd\na=ice-pwd:${'p'.repeat(24)}\na=fingerprint:sha-256 ${fingerprint}\na=setup:actpass\na=rtpmap:8 PCMA/8000\na=rtpmap:126 telephone-event/8000`
    const codes: unknown[] = []
    for (const body of [
      { token: 'forged.token', offer },
      { token: `${good}x`, offer },
      { token: good, offer: 'v=0' },
      { token: good, offer: offer.replace('audio', 'video') },
      { token: good, offer, callId: 'x' },
      { token: good, offer: 'x'.repeat(23_000) },
    ]) {
      codes.push((await post('/api/phone/call', body)).code)
    }
    expect(codes).toEqual(['phoneToken', 'phoneToken', 'phoneOffer', 'phoneOffer', 'badInput', 'badInput'])
    const abroad = { 'sec-fetch-site': 'cross-site', cookie: `dianka_session=${'x'.repeat(40)}` }
    expect((await post('/api/phone/call', { token: good, offer }, abroad)).code).toBe('foreignOrigin')

    // Callers that never connect: only so many of one address, and they go when their page goes.
    const gone = new AbortController()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => post('/api/phone/call', { token: good, offer }, {}, gone.signal)),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(10)
    expect(answers.filter(({ code }) => code === 'phoneTooMany').length).toBeGreaterThanOrEqual(20)
    gone.abort()
    const dialled = async () => {
      const dial = phone.page.getByRole('button', { name: /^(拨打|重拨) / })
      if (await dial.isVisible()) await dial.click()
      return phone.page.locator('.line-state').getByRole('status').innerText()
    }
    await expect.poll(dialled, { ...told, interval: 1_000 }).toBe('已接通')
    expect((await fetch(`${product.web}/healthz`)).ok).toBe(true)
  })
})

async function open(how: Parameters<typeof openPhone>[2] = {}): Promise<PhonePage> {
  const phone = await openPhone(browser, product.web, how)
  phones.push(phone)
  return phone
}

function redeemable() {
  return demo.cards.filter(({ state, frozen, locked, expired, held }) => {
    return (state === 'seller' || state === 'customer') && !frozen && !locked && !expired && !held
  })
}

function passwordOf(name: string): string {
  return demo.signIns.find(signIn => signIn.name === name)?.password ?? ''
}

/** The newest call of a browser. */
async function lastCall() {
  const { calls } = await api.call.list({ pageSize: 10 })
  return calls.find(({ engine }) => engine === 'browser')
}

async function post(path: string, body: object, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const response = await fetch(product.web + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  // What was taken is a stream until the end: it is not read here.
  const isTaken = response.headers.get('content-type')?.includes('ndjson') === true
  const answer = isTaken ? {} : await response.json()
  return { status: response.status, code: answer.error?.code, body: answer }
}

// What follows runs inside the browser.

function blockSound(): void {
  const { play } = HTMLMediaElement.prototype
  let asked = 0
  HTMLMediaElement.prototype.play = function once() {
    asked += 1
    return asked > 1 ? play.call(this) : Promise.reject(new DOMException('no click yet', 'NotAllowedError'))
  }
}
