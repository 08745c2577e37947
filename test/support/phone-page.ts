// The phone page in a real browser, as a caller uses it, and what arrived there.

import type { Browser, BrowserContext, Page } from 'playwright-core'

export interface PhonePage {
  page: Page
  context: BrowserContext
  /** Everything the server answered to the page, the call's own stream too, but for the demonstration's drawer. */
  replies(): Promise<string>
  /** What the browser complained about. */
  complaints: string[]
  dial(): Promise<void>
  /** Waits for words of the hotline. */
  hears(words: string | RegExp): Promise<void>
  /** Waits for its question, then presses the keys of the keypad. */
  answers(question: string | RegExp, keys: string): Promise<void>
  received(): Promise<{ packets: number; bytes: number }>
}

export const narrow = { width: 360, height: 740 }
const desk = { width: 1366, height: 768 }

declare global {
  interface Window {
    peers: RTCPeerConnection[]
    heard: string
  }
}

export async function openPhone(
  browser: Browser,
  web: string,
  { viewport = desk, locale = 'zh-CN' }: { viewport?: typeof desk; locale?: string } = {},
): Promise<PhonePage> {
  const context = await browser.newContext({ viewport, locale })
  await context.addInitScript(watch)
  const page = await context.newPage()
  const complaints: string[] = []
  const answered: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    const isAsked = message.location().url.endsWith('/api/auth.me')
    if (message.type() === 'error' && !isAsked) complaints.push(message.text())
  })
  page.on('response', async response => {
    const url = response.url()
    const isDrawn = url.includes('/api/phone/demonstration') || url.endsWith('/api/phone/call')
    if (url.includes('/api/') && !isDrawn) answered.push(await response.text().catch(() => ''))
  })
  await page.goto(`${web}/phone`)
  const caption = page.locator('.phone-caption')
  const hears = (words: string | RegExp) => caption.filter({ hasText: words }).waitFor({ timeout: 60_000 })
  return {
    page,
    context,
    replies: async () => [...answered, await page.evaluate(() => window.heard)].join('\n'),
    complaints,
    async dial() {
      await page.getByRole('button', { name: /^(拨打|重拨|Call) / }).click()
      await page
        .getByRole('status')
        .filter({ hasText: /已接通|Connected/ })
        .waitFor()
    },
    hears,
    async answers(question, keys) {
      await hears(question)
      for (const key of keys) {
        const name = key === '#' ? '井号键' : key === '*' ? '星号键' : key
        await page.getByRole('button', { name, exact: true }).click()
      }
    },
    received: () => page.evaluate(receivedNow),
  }
}

// What follows runs inside the browser.

/** Keeps the page's connections, to read their statistics, and what its calls were told. */
function watch(): void {
  window.heard = ''
  const { fetch } = window
  window.fetch = async (...asked) => {
    const response = await fetch(...asked)
    if (!response.body || !String(asked[0]).endsWith('/api/phone/call')) return response
    const [own, kept] = response.body.tee()
    const keep = new WritableStream<string>({
      write(text) {
        window.heard += text
      },
    })
    kept
      .pipeThrough(new TextDecoderStream())
      .pipeTo(keep)
      .catch(() => undefined)
    return new Response(own, response)
  }
  window.peers = []
  const Real = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      window.peers.push(this)
    }
  }
}

async function receivedNow(): Promise<{ packets: number; bytes: number }> {
  const stats = [...((await window.peers.at(-1)?.getStats()) ?? [])].map(([, one]) => one)
  const inbound = stats.find(one => one.type === 'inbound-rtp')
  return { packets: inbound?.packetsReceived ?? 0, bytes: inbound?.bytesReceived ?? 0 }
}
