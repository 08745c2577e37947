// The telephone against the endpoint, over real sockets: keys in every way, interruption, hang-up from either side.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SipEngineSettings } from '../engines/sip/engine.ts'
import { eventually } from '../engines/sip/testing/eventually.ts'
import { startEngine, type TestEngine } from '../engines/sip/testing/test-engine.ts'
import { type Caption, HangUp, type Key, type Line, type PlaybackEnd, type ReleaseCause } from '../line.ts'
import { type PhoneEvent, placeCall } from './place-call.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function engineFor(
  talk: (line: Line) => Promise<void>,
  settings: Partial<SipEngineSettings> = {},
): Promise<TestEngine> {
  const engine = await startEngine(talk, settings)
  closers.push(() => engine.close())
  return engine
}

/** Asks for an entry that ends with `#` as often as told, with captions, and hangs up. */
async function askFor(line: Line, entries: number): Promise<string[]> {
  const heard: string[] = []
  let digits = ''
  let ended: () => void = () => undefined
  line.onKey(key => {
    if (key !== '#') digits += key
    else ended()
  })
  const over = new Promise<'over'>(resolve => line.onEnd(() => resolve('over')))
  await line.answer()
  for (let i = 0; i < entries; i++) {
    line.caption({ type: 'say', text: `entry ${i}` })
    await line.play(['t/short', 'pause/60', 't/short']).done
    const complete = new Promise<void>(resolve => {
      ended = resolve
    })
    line.caption({ type: 'listen' })
    if ((await Promise.race([complete, over])) === 'over') break
    heard.push(digits)
    digits = ''
  }
  return heard
}

describe('keys', () => {
  const cases = (['udp', 'tcp'] as const).flatMap(transport =>
    (['rfc4733', 'info', 'inband'] as const).map(keyMode => ({ transport, keyMode })),
  )

  it.each(cases)('arrive once each by $keyMode over $transport', async ({ transport, keyMode }) => {
    const heard: string[][] = []
    const engine = await engineFor(async line => {
      heard.push(await askFor(line, 3))
    })
    const events: PhoneEvent[] = []
    const report = await placeCall({
      target: engine.target,
      transport,
      keyMode,
      from: '13800138000',
      keys: '1#,00122#,78*0#',
      secretEntries: [1],
      onEvent: event => events.push(event),
    })
    await eventually(() => expect(heard).toEqual([['1', '00122', '78*0']]))
    expect(report).toMatchObject({ cause: 'remote', status: 200, answered: true, entriesSent: 3, keysSent: 13 })
    const shown = events.flatMap(event => (event.type === 'key' ? [event.shown] : [])).join('')
    expect(shown).toBe(`1#${'•'.repeat(6)}78*0#`)
    expect(events[0]).toEqual({ type: 'ringing' })
    expect(events[1]).toEqual({ type: 'answered', codec: 'PCMA' })
    expect(events.at(-1)).toEqual({ type: 'ended', cause: 'remote', status: 200 })
    expect(report.captions.filter(caption => caption.type === 'listen')).toHaveLength(3)
    expect(report.packetsReceived).toBeGreaterThan(60)
  })

  it('interrupt a message, and the line is silent then', async () => {
    const ends: PlaybackEnd[] = []
    const engine = await engineFor(async line => {
      const key = new Promise<Key>(resolve => line.onKey(resolve))
      await line.answer()
      const playback = line.play(['t/long', 't/long'])
      await key
      playback.stop()
      ends.push(await playback.done)
      await line.play(['pause/600']).done
    })
    const folder = mkdtempSync(join(tmpdir(), 'phone-'))
    closers.push(() => rmSync(folder, { recursive: true, force: true }))
    const recordWavTo = join(folder, 'heard.wav')
    await placeCall({ target: engine.target, keys: '!5', recordWavTo })
    expect(ends).toEqual(['stopped'])
    const wav = readFileSync(recordWavTo)
    const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length))
    const loud = samples.findLastIndex(sample => Math.abs(sample) > 500)
    // The last 600 ms were silence, less what the end of the call may have cut.
    expect(samples.length - loud).toBeGreaterThan(500 * 8)
    expect(loud).toBeGreaterThan(0)
  })

  it('wait for silence where there are no captions', async () => {
    const heard: Key[] = []
    let playing = false
    const engine = await engineFor(async line => {
      const key = new Promise<void>(resolve =>
        line.onKey(pressed => {
          heard.push(pressed)
          expect(playing).toBe(false)
          resolve()
        }),
      )
      await line.answer()
      playing = true
      await line.play(['t/short', 'pause/800', 't/short']).done
      playing = false
      await key
    })
    const report = await placeCall({ target: engine.target, keys: '7' })
    expect(heard).toEqual(['7'])
    expect(report.captions).toEqual([])
  })

  it('of a new message stop the old one', async () => {
    const ends: PlaybackEnd[] = []
    const engine = await engineFor(async line => {
      await line.answer()
      const first = line.play(['t/long'])
      const second = line.play(['t/short'])
      ends.push(await first.done, await second.done)
      second.stop()
    })
    await placeCall({ target: engine.target, keys: '', lingerListens: 1 })
    expect(ends).toEqual(['stopped', 'ended'])
  })
})

it('captions of every kind arrive, in order', async () => {
  const sent: Caption[] = [
    { type: 'outcome', outcome: 'menu' },
    { type: 'ask', most: 12, secret: true },
    { type: 'say', text: '请输入' },
    { type: 'listen' },
    { type: 'entry', text: '●●●' },
  ]
  const engine = await engineFor(async line => {
    await line.answer()
    for (const caption of sent) line.caption(caption)
    await line.play(['t/long']).done.catch(() => undefined)
  })
  const seen: Caption[] = []
  const onEvent = (event: PhoneEvent) => (event.type === 'caption' ? seen.push(event.caption) : 0)
  await placeCall({ target: engine.target, keys: '1', lingerMs: 500, onEvent })
  expect(seen).toEqual(sent)
})

describe('the end of a call', () => {
  it('comes from the caller: whatever the dialogue awaits is rejected, and it is told once', async () => {
    const causes: ReleaseCause[] = []
    const rejections: unknown[] = []
    const engine = await engineFor(async line => {
      line.onEnd((cause, quality) => {
        causes.push(cause)
        expect(quality.packetsReceived).toBeGreaterThan(10)
      })
      await line.answer()
      line.caption({ type: 'listen' })
      line.caption({ type: 'listen' })
      await line.play(['t/long']).done.catch(error => rejections.push(error))
    })
    const report = await placeCall({ target: engine.target, keys: '1', lingerMs: 100 })
    expect(report.cause).toBe('completed')
    await eventually(() => expect(causes).toEqual(['caller']))
    expect(rejections).toEqual([expect.any(HangUp)])
  })

  it('comes from the abort signal, before and after the answer', async () => {
    const causes: ReleaseCause[] = []
    let answers = false
    const engine = await engineFor(async line => {
      const over = new Promise<void>(resolve =>
        line.onEnd(cause => {
          causes.push(cause)
          resolve()
        }),
      )
      if (answers) await line.answer()
      await over
    })
    for (const when of ['ringing', 'answered']) {
      answers = when === 'answered'
      const abort = new AbortController()
      const onEvent = (event: PhoneEvent): void => {
        if (event.type === when) abort.abort()
      }
      const report = await placeCall({ target: engine.target, keys: '1', signal: abort.signal, onEvent })
      expect(report).toMatchObject({ cause: 'aborted', answered: answers, status: answers ? 200 : 487 })
    }
    await eventually(() => expect(causes).toEqual(['caller', 'caller']))
    expect(engine.activeCalls()).toBe(0)
  })

  it('comes by time', async () => {
    const engine = await engineFor(async line => {
      await line.answer()
      await line.play(['t/long']).done
    })
    expect(await placeCall({ target: engine.target, keys: '1', maxDurationMs: 300 })).toMatchObject({
      cause: 'tooLong',
    })
  })

  it('comes at once when the hotline is busy or nobody is there', async () => {
    const engine = await engineFor(async () => undefined, { maxCalls: 0 })
    expect(await placeCall({ target: engine.target, keys: '1' })).toMatchObject({
      cause: 'rejected',
      status: 486,
      answered: false,
    })
    const nobody = `sip:95598@127.0.0.1:${engine.tcpPort + 1}`
    expect(await placeCall({ target: nobody, transport: 'tcp', keys: '1' })).toMatchObject({
      cause: 'unanswered',
      status: 0,
    })
    await expect(placeCall({ target: 'sip:x@nowhere.invalid', keys: '' })).rejects.toThrow('nowhere.invalid')
    await expect(placeCall({ target: engine.target, keys: 'x' })).rejects.toThrow('entry 1')
  })
})

it('shows its number, or withholds it', async () => {
  const callers: (string | null)[] = []
  const engine = await engineFor(async line => {
    callers.push(line.facts.caller)
  })
  await placeCall({ target: engine.target, keys: '', from: '13800138000' })
  await placeCall({ target: engine.target, keys: '', from: 'anonymous' })
  await placeCall({ target: engine.target, keys: '' })
  expect(callers).toEqual(['13800138000', null, null])
})

it('reaches an endpoint by IPv6', async () => {
  if (!existsSync('/proc/net/if_inet6') || readFileSync('/proc/net/if_inet6', 'utf8') === '') return
  const heard: string[][] = []
  const engine = await engineFor(
    async line => {
      heard.push(await askFor(line, 1))
    },
    { bind: '::1', publicAddress: '::1' },
  )
  for (const transport of ['udp', 'tcp'] as const) {
    await placeCall({ target: `sip:95598@[::1]:${engine.udpPort}`, transport, keys: '42#' })
  }
  expect(heard).toEqual([['42'], ['42']])
})

it('works twenty times at once in one process', async () => {
  const heard = new Map<string | null, string[]>()
  const engine = await engineFor(async line => {
    const { caller } = line.facts
    heard.set(caller, await askFor(line, 2))
  })
  const calls = Array.from({ length: 20 }, (_, i) => {
    const keyMode = (['rfc4733', 'info', 'inband'] as const)[i % 3] ?? 'rfc4733'
    const transport = i % 2 === 0 ? 'udp' : 'tcp'
    return placeCall({ target: engine.target, transport, keyMode, from: `${1_000 + i}`, keys: `${i}#,99${i}#` })
  })
  const reports = await Promise.all(calls)
  expect(reports.map(report => report.cause)).toEqual(Array.from({ length: 20 }, () => 'remote'))
  for (let i = 0; i < 20; i++) expect(heard.get(`${1_000 + i}`)).toEqual([`${i}`, `99${i}`])
})
