// Every story of the phone page's drawer, played to its end in a real browser, each in a tab of its own at the same time.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { openPhone } from '../support/phone-page.ts'
import { type Product, startProduct } from '../support/product.ts'
import { has } from '../support/programs.ts'

let product: Product
let browser: Browser

describe.skipIf(!has('chromium'))('the stories', () => {
  beforeAll(async () => {
    browser = await openBrowser()
    product = await startProduct()
  })
  afterAll(async () => {
    await browser?.close()
    await product?.close()
  })

  it.concurrent.each([
    ['多卡续充', /充值成功[\s\S]*充值成功。本次充值[\s\S]*充值成功[\s\S]*充值成功。本次充值/],
    ['密码错三次', /三次输错/],
    ['中途挂断', /没有办理业务/],
    ['查询电费', /已报电费[\s\S]*余额/],
  ])('%s', async (name, result) => {
    const { page, context } = await openPhone(browser, product.web)
    await page.getByRole('button', { name }).click()
    await page.getByRole('heading', { name: '通话结果' }).waitFor({ timeout: 180_000 })
    expect(await page.locator('.call-result').innerText()).toMatch(result)
    await context.close()
  })

  it('充值成功, once the others are over', async () => {
    const { page, context } = await openPhone(browser, product.web)
    await page.getByRole('button', { name: '充值成功' }).click()
    await page.getByRole('heading', { name: '通话结果' }).waitFor({ timeout: 180_000 })
    expect(await page.locator('.call-result').innerText()).toMatch(/充值成功。本次充值.+元，账户余额.+元/)
    await context.close()
  })
})
