// The browser engine against a page's WebRTC: sound down, keys up once and in order, every end, every limit.

import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../kernel/log.ts'
import { HangUp, type Key, type Line, type LineQuality, type ReleaseCause } from '../../line.ts'
import { defaultClipFolder } from '../../voice/clip-library.ts'
import { type BrowserEngine, createBrowserEngine } from './browser-engine.ts'
import { callFromPage, type TestPage } from './testing/test-page.ts'

const engines: BrowserEngine[] = []
const pages: TestPage[] = []
afterEach(async () => {
  await Promise.all(pages.splice(0).map(page => page.vanish()))
  await Promise.all(engines.splice(0).map(engine => engine.stop(0)))
})

type Dialogue = (line: Line) => Promise<void>

async function engineWith(dialogue: Dialogue, changes: object = {}): Promise<BrowserEngine> {
  const engine = createBrowserEngine({
    ...{ bind: '127.0.0.1', publicAddress: '127.0.0.1', ports: null, clipFolders: [defaultClipFolder] },
    ...{ rtpTimeoutMs: 30_000, maxCalls: 10, log: silentLog, ...changes },
  })
  engines.push(engine)
  await engine.start(dialogue)
  return engine
}

async function pageOf(engine: BrowserEngine, how: Parameters<typeof callFromPage>[1] = {}): Promise<TestPage> {
  const page = await callFromPage(engine, how)
  if ('refused' in page) throw new Error(page.refused)
  pages.push(page)
  return page
}

/** Answers and stays until the call is over. */
async function staying(line: Line): Promise<void> {
  await line.answer()
  await forEver(line)
}

async function forEver(line: Line): Promise<void> {
  for (;;) await line.play(['pause/5000']).done
}

const endOf = (line: Line) =>
  new Promise<{ cause: ReleaseCause; quality: LineQuality }>(resolve =>
    line.onEnd((cause, quality) => resolve({ cause, quality })),
  )

describe('a call', () => {
  it.each(['PCMA', 'PCMU'])('carries sound of %s, captions and keys, and tells how it was heard', async codec => {
    const keys: Key[] = []
    let over = Promise.resolve({ cause: 'caller', quality: {} } as Awaited<ReturnType<typeof endOf>>)
    const lines: Line[] = []
    const engine = await engineWith(async line => {
      lines.push(line)
      over = endOf(line)
      line.onKey(key => keys.push(key))
      await line.answer()
      line.caption({ type: 'say', text: '欢迎' })
      expect(await line.play(['zh-CN/yuan', 'pause/1500']).done).toBe('ended')
      line.caption({ type: 'listen' })
      await forEver(line)
    })
    const page = await pageOf(engine, { codec, caller: '13800001111' })
    await expect
      .poll(() => page.captions(), { timeout: 30_000 })
      .toEqual([{ type: 'say', text: '欢迎' }, { type: 'listen' }])
    expect(page.packets()).toBeGreaterThan(50)
    expect(page.lastSound()).toHaveLength(160)
    for (const key of ['1', '1', '#', '*', '0'] as const) await page.press(key)
    await expect.poll(() => keys.join('')).toBe('11#*0')
    expect(lines[0]?.facts).toMatchObject({ caller: '13800001111', called: '95598', engine: 'browser', codec })
    page.leave()
    const { cause, quality } = await over
    expect(cause).toBe('caller')
    expect(quality.packetsSent).toBeGreaterThan(50)
    expect(quality.packetsReceived).toBeGreaterThan(20)
    expect(quality.packetsLost).toBe(0)
    expect(engine.activeCalls()).toBe(0)
  })

  it('takes each key once, whatever is doubled or out of order, also one pressed before anybody listens', async () => {
    const keys: Key[] = []
    let listen = () => {}
    const engine = await engineWith(async line => {
      listen = () => line.onKey(key => keys.push(key))
      await staying(line)
    })
    const page = await pageOf(engine)
    await expect.poll(() => page.told.some(({ type }) => type === 'answered')).toBe(true)
    await page.press('7', { copies: 3 })
    await page.press('8', { mixed: true })
    listen()
    await page.press('9', { copies: 2, mixed: true })
    await expect.poll(() => keys.join('')).toBe('789')
  })

  it('stops a message at once, and refuses one with an unknown clip', async () => {
    const ends: string[] = []
    const engine = await engineWith(async line => {
      await line.answer()
      const playing = line.play(['pause/5000', 'pause/5000'])
      playing.stop()
      ends.push(await playing.done)
      const first = line.play(['pause/5000'])
      const second = line.play(['pause/20'])
      ends.push(await first.done, await second.done)
      ends.push(
        await line.play(['zh-CN/no-such-clip']).done.then(
          () => 'played',
          () => 'refused',
        ),
      )
    })
    const page = await pageOf(engine)
    expect(await page.ended).toBe('completed')
    expect(ends).toEqual(['stopped', 'stopped', 'ended', 'refused'])
  })
})

describe('a call ends', () => {
  it.each<[string, ReleaseCause, (page: TestPage, line: Line) => unknown, object]>([
    ['when the page leaves', 'caller', page => page.leave(), {}],
    ['when the dialogue hangs up', 'completed', (_page, line) => line.hangUp(), {}],
    ['when the page falls silent', 'rtpTimeout', page => page.vanish(), { rtpTimeoutMs: 300 }],
  ])('%s', async (_name, cause, act, changes) => {
    let rejected: unknown
    const lines: Line[] = []
    const engine = await engineWith(async line => {
      lines.push(line)
      await line.answer()
      rejected = await forEver(line).catch(error => error)
    }, changes)
    const page = await pageOf(engine)
    await expect.poll(() => page.packets()).toBeGreaterThan(5)
    const [line] = lines
    if (!line) throw new Error('the call was handed over')
    const over = endOf(line)
    await act(page, line)
    // A peer that closes says so; one that does not is missed by its silence.
    expect([cause, 'caller']).toContain((await over).cause)
    expect(await page.ended).toBe((await over).cause)
    expect(rejected).toBeInstanceOf(HangUp)
    expect(engine.activeCalls()).toBe(0)
    await expect(line.answer()).rejects.toBeInstanceOf(HangUp)
    await expect(line.play(['pause/20']).done).rejects.toBeInstanceOf(HangUp)
  })

  it('when the engine stops, after its grace, with how it was heard', async () => {
    let over = new Promise<Awaited<ReturnType<typeof endOf>>>(() => {})
    const engine = await engineWith(line => {
      over = endOf(line)
      return staying(line)
    })
    const page = await pageOf(engine)
    await expect.poll(() => page.packets()).toBeGreaterThan(5)
    await engine.stop(100)
    expect(await over).toMatchObject({ cause: 'shutdown' })
    expect((await over).quality.packetsSent).toBeGreaterThan(5)
    expect(await callFromPage(engine)).toEqual({ refused: 'away' })
  })
})

describe('a page that asks too much', () => {
  it('is refused beyond the most calls, and welcome when one has ended', async () => {
    const engine = await engineWith(staying, { maxCalls: 2 })
    const first = await pageOf(engine)
    await pageOf(engine)
    expect(await callFromPage(engine)).toEqual({ refused: 'busy' })
    first.leave()
    await first.ended
    await pageOf(engine)
  })

  it('is refused for a bad offer, and given up when it never connects, without ever being a call', async () => {
    let calls = 0
    const engine = await engineWith(
      async () => {
        calls += 1
      },
      { connectTimeoutMs: 200 },
    )
    expect(await engine.place({ caller: null, called: '1', offer: 'v=0' }, () => undefined)).toEqual({
      refused: 'badOffer',
    })
    const told: string[] = []
    const fingerprint = Array.from({ length: 32 }, () => 'AA').join(':')
    const offer = `m=audio 9 UDP/TLS/RTP/SAVPF 8 126\na=rtcp-mux\na=mid:0\na=ice-ufrag:abcd\na=ice-pwd:${'p'.repeat(24)}\na=fingerprint:sha-256 ${fingerprint}\na=setup:actpass\na=rtpmap:8 PCMA/8000\na=rtpmap:126 telephone-event/8000`
    await engine.place({ caller: null, called: '1', offer }, ({ type }) => told.push(type))
    await expect.poll(() => told).toEqual(['answer', 'ended'])
    expect(calls).toBe(0)
    expect(engine.activeCalls()).toBe(0)
  })

  it('does not hear of the others: ten calls at once, each with its own keys', async () => {
    const pressed = new Map<string, Key[]>()
    const engine = await engineWith(async line => {
      const keys: Key[] = []
      pressed.set(line.facts.caller ?? '', keys)
      line.onKey(key => keys.push(key))
      await staying(line)
    })
    const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
    const ten = await Promise.all(digits.map(caller => pageOf(engine, { caller })))
    await Promise.all(
      ten.map(async (page, place) => {
        await expect.poll(() => page.told.some(({ type }) => type === 'answered'), { timeout: 20_000 }).toBe(true)
        await page.press(digits[place] ?? '0')
      }),
    )
    await expect.poll(() => digits.map(digit => pressed.get(digit)?.join('')), { timeout: 20_000 }).toEqual([...digits])
  })
})
