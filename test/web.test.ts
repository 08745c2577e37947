// The web pages in a real browser, on the running product: signing in, home with a call as it happens, recharges.

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { namelessControls, openBrowser, sidewaysPx } from './support/browser.ts'
import { type Demo, type Product, startProduct } from './support/product.ts'
import { has } from './support/programs.ts'

const startWithinMs = 240_000
/** Of the demonstration in its first county. */
const failedRecharges = 12
const desk = { width: 1366, height: 650 }
const phone = { width: 360, height: 740 }
const chinese = /[\u3400-\u9fff]/

let product: Product
let demo: Demo
let browser: Browser
let context: BrowserContext | undefined
/** What the browser complained about since the page was opened: a script or style that was not allowed, an error. */
let complaints: string[]

describe.skipIf(!has('chromium'))('web pages', () => {
  beforeAll(async () => {
    browser = await openBrowser()
    product = await startProduct()
    demo = await product.demo()
  }, startWithinMs)
  afterEach(async () => {
    await context?.close()
    context = undefined
  })
  afterAll(async () => {
    await browser?.close()
    await product?.close()
  })

  it('tells a wrong password, then signs in with a demonstration account by keyboard alone', async () => {
    const page = await open('/login')
    const name = signInOf('countyFinance')
    await page.getByRole('textbox', { name: '账号' }).fill(name)
    await page.keyboard.press('Tab')
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('账号或密码不正确').waitFor()
    expect(await page.getByRole('textbox', { name: '账号' }).inputValue()).toBe(name)

    await page.getByRole('button', { name: new RegExp(`${name}$`) }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '首页' }).waitFor()
    await page.getByText('演示数据').waitFor()
    expect(complaints).toEqual([])
  })

  it('says for how many minutes a sign-in is locked', async () => {
    const page = await open('/login')
    const wrongs = 5
    for (let wrong = 0; wrong <= wrongs; wrong += 1) {
      await page.getByRole('textbox', { name: '账号' }).fill(signInOf('auditAdmin'))
      await page.getByRole('textbox', { name: '密码' }).fill('not the password')
      const answered = page.waitForResponse(/auth\.login$/)
      await page.keyboard.press('Enter')
      await answered
    }
    await page
      .getByRole('alert')
      .getByText(/账号已锁定，请 1[45] 分钟后再试/)
      .waitFor()
  })

  it('leads back to the remembered page when it may be opened, else home; tells 403 from 404', async () => {
    const page = await signedIn('countyFinance', '/recharges?state=succeeded')
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/recharges?state=succeeded')
    await page.goto(`${product.web}/nowhere`)
    await page.getByRole('heading', { level: 1, name: '没有这个页面' }).waitFor()
    await page.getByRole('button', { name: '退出登录' }).click()
    await page.waitForURL(`${product.web}/login`)

    const other = await signedIn('systemAdmin', '/recharges')
    expect(new URL(other.url()).pathname).toBe('/')
    await other.getByText('系统管理员').first().waitFor()
    expect(await other.getByRole('navigation', { name: '主菜单' }).getByRole('link').allInnerTexts()).toEqual(['首页'])
    await other.goto(`${product.web}/recharges`)
    await other.getByText('您没有“充值业务明细”的权限').waitFor()
  })

  it('says so when the session ended by itself', async () => {
    const page = await signedIn('countyFinance', '/recharges')
    const token = (await page.context().cookies()).find(({ name }) => name === 'dianka_session')?.value
    await fetch(`${product.web}/api/auth.logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    })
    await page.getByText('失败', { exact: true }).click()
    await page.getByText('登录已失效').waitFor()
  })

  it('shows the stock as the operation answers it, in the order of a card’s life', async () => {
    const page = await signedIn('countyFinance')
    const { api } = await product.signIn(signInOf('countyFinance'), passwordOf('countyFinance'))
    const { stock } = await api.home.get({})
    const table = page.getByRole('table', { name: /按状态和面值的库存/ })
    const heads = await table.locator('tbody th').allInnerTexts()
    expect(heads.map(head => head.replace(/[^\u3400-\u9fff]/g, ''))).toEqual([
      '县公司',
      '供电所',
      '售卡员',
      '客户',
      '已使',
      '作废',
    ])
    const shown = await table.locator('tbody tr').first().locator('td .cell-count').allInnerTexts()
    const county = stock.filter(({ state }) => state === 'county').sort((a, b) => a.faceValueFen - b.faceValueFen)
    const total = county.reduce((sum, { quantity }) => sum + quantity, 0)
    expect(total).toBeGreaterThan(0)
    expect(shown).toEqual([...county.map(({ quantity }) => quantity), total].map(n => n.toLocaleString('en-US')))
  })

  it('follows a call and its recharge as they happen, without the PIN and without moving the focus', async () => {
    const card = demo.cards.find(({ state, frozen, locked, expired }) => {
      return state === 'seller' && !frozen && !locked && !expired
    })
    const [customer] = demo.accounts
    if (!card || !customer) throw new Error('the demonstration has a card and an account')
    const page = await signedIn('countyFinance')
    const replies: string[] = []
    page.on('response', async response => {
      if (response.url().includes('/api/') && !response.url().endsWith('/events')) replies.push(await response.text())
    })
    const accepted = page.getByRole('link', { name: /^受理/ })
    const before = Number.parseInt((await accepted.locator('.figure-count').innerText()).replace(/,/g, ''), 10)

    const calling = product.command('call', '--keys', `1${card.serial}#${card.pin}#${customer.accountNo}#,1`)
    const row = page.getByRole('link', { name: /通话中/ })
    await row.click()
    const transcript = page.getByRole('log')
    await transcript.getByText('充值成功').first().waitFor({ timeout: 150_000 })
    await page
      .getByText(`${before + 1} 笔`)
      .first()
      .waitFor()
    expect((await calling).code).toBe(0)
    // The chosen row, as it moves down among other calls that ended so.
    const ended = page.locator('[aria-current="true"]', { hasText: '充值成功' })
    await ended.waitFor()
    expect(await ended.evaluate(isFocused)).toBe(true)

    const said = `${await page.content()} ${replies.join(' ')}`
    expect(said).toContain('充值成功')
    expect(said).not.toContain(card.pin)
    expect(complaints).toEqual([])
  })

  it('lists recharges: masked, filtered by the address, and Back leaves the list in one step', async () => {
    const page = await signedIn('countyFinance')
    await page.getByRole('link', { name: '充值业务明细' }).click()
    const table = page.getByRole('table', { name: /充值业务明细，按时间从新到旧/ })
    const rows = table.locator('tbody tr')
    await rows.first().waitFor()
    const all = await rows.count()
    expect(all).toBeGreaterThanOrEqual(3)
    const [serial, transaction] = await rows.first().locator('.digits').evaluateAll(texts)
    expect(serial).toMatch(/^\d{4}\*{4}\d{4}$/)
    expect(transaction).toMatch(/^\d{24}$/)

    await page.getByText('失败', { exact: true }).click()
    await expect.poll(() => rows.count()).toBe(failedRecharges)
    expect(new URL(page.url()).search).toBe('?state=failed')
    await page.goBack()
    await expect.poll(() => rows.count()).toBe(all)
    expect(new URL(page.url()).search).toBe('')
    await page.getByText('初始', { exact: true }).click()
    await page.getByText('没有符合条件的记录。已用条件：状态为“初始”').waitFor()
    await page.goBack()
    await rows.first().waitFor()

    const { api } = await product.signIn(signInOf('countyFinance'), passwordOf('countyFinance'))
    const { recharges } = await api.recharge.list({})
    await page.goto(`${product.web}/recharges?before=${recharges[0]?.rechargeId}`)
    const first = async () => (await rows.first().locator('.digits').evaluateAll(texts))[1]
    await expect.poll(first).toBe(recharges[1]?.transactionSerial)
    await page.getByRole('button', { name: '回到最新' }).click()
    await expect.poll(first).toBe(recharges[0]?.transactionSerial)
    await page.goBack()
    expect(new URL(page.url()).pathname).toBe('/recharges')
  })

  it('says that the network is down, keeps what was shown, and goes on by itself', async () => {
    const page = await signedIn('countyFinance')
    const figures = await page.locator('.figures').innerText()
    await page.context().setOffline(true)
    await page.getByText('网络已断开，内容已保留，恢复后可继续。').waitFor()
    expect(await page.locator('.figures').innerText()).toBe(figures)
    expect(await page.getByRole('button', { name: '退出登录' }).isDisabled()).toBe(true)
    await page.context().setOffline(false)
    await page.getByText('网络已断开').waitFor({ state: 'detached' })
  })

  it('speaks English throughout, save for names', async () => {
    const page = await signedIn('countyFinance')
    await page.getByRole('button', { name: 'English' }).click()
    for (const path of ['Home', 'Recharges']) {
      await page.getByRole('link', { name: path, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: path }).waitFor()
      await page.getByText('Accepted').first().waitFor()
      const words = await page.locator('h1, h2, h3, th[scope=col], button, nav, .chip, .empty, label').allInnerTexts()
      expect(words.filter(word => chinese.test(word) && word !== '中文')).toEqual([])
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('en-US')
  })

  it.each([
    ['a desk', desk],
    ['a telephone', phone],
  ])('fits %s, in light and in dark, with landmarks, one main heading and named controls', async (_name, viewport) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await signedIn('countyFinance', '/', { viewport, colorScheme })
      for (const path of ['/', '/recharges']) {
        await page.goto(product.web + path)
        await page.locator('.figures, .records td, .record-cards li').first().waitFor()
        expect(await page.evaluate(sidewaysPx)).toBeLessThanOrEqual(0)
        expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
        expect(await page.getByRole('main').count()).toBe(1)
        expect(await page.getByRole('banner').count()).toBe(1)
        expect(await page.evaluate(namelessControls)).toEqual([])
      }
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      expect(await page.evaluate(focusRingPx)).toBeGreaterThanOrEqual(2)
      await context?.close()
    }
  })
})

describe.skipIf(!has('chromium'))('an empty installation', () => {
  let empty: Product
  beforeAll(async () => {
    browser = await openBrowser()
    empty = await startProduct({ DIANKA_DEMO: 'off' })
  }, startWithinMs)
  afterAll(async () => {
    await context?.close()
    await browser?.close()
    await empty?.close()
  })

  it('asks for its first administrator, who can then sign in', async () => {
    const page = await open('/', {}, empty.web)
    await page.getByRole('heading', { name: '建立首位管理员' }).waitFor()
    await page.getByRole('button', { name: '建立' }).click()
    await page.getByText('密码至少 10 位').waitFor()
    expect(await page.getByText('演示').count()).toBe(0)
    const typed = {
      姓名: '赵磊',
      工号: '0001',
      账号: 'admin',
      '密码（至少 10 位）': 'long enough',
      再次输入密码: 'differs',
    }
    for (const [label, text] of Object.entries(typed)) await page.getByRole('textbox', { name: label }).fill(text)
    await page.keyboard.press('Enter')
    await page.getByText('两次输入的密码不一致').waitFor()
    await page.getByRole('textbox', { name: '再次输入密码' }).fill('long enough')
    await page.keyboard.press('Enter')
    await page.getByText('首位管理员已建立，请登录。').waitFor()
    await page.getByRole('textbox', { name: '账号' }).fill('admin')
    await page.getByRole('textbox', { name: '密码' }).fill('long enough')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '首页' }).waitFor()
    await page.getByText('赵磊').first().waitFor()
    expect(complaints).toEqual([])
  })
})

interface Screen {
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
}

async function open(path: string, screen: Screen = {}, web = product.web): Promise<Page> {
  await context?.close()
  context = await browser.newContext({ viewport: desk, locale: 'zh-CN', ...screen })
  const page = await context.newPage()
  complaints = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    // The one question that is answered by "not signed in" before anybody is.
    const isAsked = message.location().url.endsWith('/api/auth.me')
    if (message.type() === 'error' && !isAsked) complaints.push(message.text())
  })
  await page.goto(web + path)
  return page
}

async function signedIn(role: string, path = '/', screen: Screen = {}): Promise<Page> {
  const page = await open(path, screen)
  await page.getByRole('textbox', { name: '账号' }).fill(signInOf(role))
  await page.getByRole('textbox', { name: '密码' }).fill(passwordOf(role))
  await page.keyboard.press('Enter')
  await page.locator('.figures, .records td, .record-cards li, .work, .empty').first().waitFor()
  return page
}

function person(role: string): Demo['signIns'][number] {
  const found = demo.signIns.find(candidate => candidate.role === role)
  if (!found) throw new Error(`nobody is ${role}`)
  return found
}
const signInOf = (role: string) => person(role).name
const passwordOf = (role: string) => person(role).password

// What follows runs inside the browser.

const isFocused = (element: Element) => element === document.activeElement
const texts = (elements: Element[]) => elements.map(element => element.textContent)

function focusRingPx(): number {
  const element = document.activeElement
  return element && element !== document.body ? Number.parseFloat(getComputedStyle(element).outlineWidth) : 0
}
