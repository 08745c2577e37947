// Real callers against the embedded SIP endpoint: every key arrives exactly once, whatever the program and its way of sending.
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest'
import { eventually } from '../../src/hotline/engines/sip/testing/eventually.ts'
import { startEngine, type TestEngine } from '../../src/hotline/engines/sip/testing/test-engine.ts'
import type { Line, ReleaseCause } from '../../src/hotline/line.ts'
import { baresipPath, runBaresip } from './baresip.ts'
import { newerBaresip } from './newer-baresip.ts'
import type { KeyMode, Transport } from './peer-programs.ts'
import { runSipp, sippPath } from './sipp.ts'

interface Heard {
  keys: string
  cause: ReleaseCause
  packetsReceived: number
}

const ENTRIES = ['1', '001300000120#', '7788990*']
const ALL_KEYS = ENTRIES.join('')
const MODES = ['rfc4733', 'info', 'inband'] as const
const TRANSPORTS = ['udp', 'tcp'] as const

let engine: TestEngine
/** By the caller's number: the calls of a program run side by side. */
const heard = new Map<string | null, Heard>()

/** Plays all the time, so that keys arrive while our own sound goes out; hangs up when everything was keyed. */
async function dialogue(line: Line, hangUpAtEnd: boolean): Promise<void> {
  let keys = ''
  const over = new Promise<void>(resolve => {
    line.onEnd((cause, { packetsReceived }) => {
      heard.set(line.facts.caller, { keys, cause, packetsReceived })
      resolve()
    })
  })
  line.onKey(key => {
    keys += key
    if (hangUpAtEnd && keys === ALL_KEYS) line.hangUp()
  })
  await line.answer()
  line.play(Array.from({ length: 10 }, () => 't/long'))
  await over
}

beforeAll(async () => {
  engine = await startEngine(line => dialogue(line, line.facts.called === 'bye'))
})
afterAll(() => engine.close())

/** Says loudly what is not tested here; where everything must be tested that is a failure. */
function skipLoudly(context: TestContext, reason: string): never {
  if (process.env.CI === 'true') throw new Error(reason)
  console.error(`\n=== SKIPPED: ${reason} ===\n`)
  return context.skip(reason)
}

const casesFrom = (prefix: string): { transport: Transport; mode: KeyMode; from: string }[] =>
  TRANSPORTS.flatMap((transport, t) => MODES.map((mode, m) => ({ transport, mode, from: `${prefix}${t}${m}` })))

/** What the hotline heard of a caller; its end may be told a moment after the caller's program has ended. */
function heardFrom(caller: string): Promise<Heard> {
  return eventually(() => {
    const call = heard.get(caller)
    if (call === undefined) throw new Error(`no call from ${caller} has ended`)
    return call
  })
}

describe.concurrent('sipp', () => {
  it.for(casesFrom('139123400'))(
    'every key once: $mode over $transport',
    async ({ transport, mode, from }, context) => {
      const { expect } = context
      if (sippPath === undefined) skipLoudly(context, 'sipp is not installed (Debian package sip-tester)')
      const result = await runSipp({ target: engine.target, transport, mode, from, keys: ENTRIES, waitsMs: 300 })
      expect(result.exitCode, result.output).toBe(0)
      expect(await heardFrom(from)).toMatchObject({ keys: ALL_KEYS, cause: 'caller' })
    },
  )

  it.for(MODES)('is hung up on by the hotline after keys by %s', async (mode, context) => {
    const { expect } = context
    if (sippPath === undefined) skipLoudly(context, 'sipp is not installed (Debian package sip-tester)')
    const target = engine.target.replace('95598', 'bye')
    const from = `bye${mode}`
    const result = await runSipp({ target, mode, from, keys: ENTRIES, waitsMs: 100, hangUp: 'hotline' })
    expect(result.exitCode, result.output).toBe(0)
    expect(await heardFrom(from)).toMatchObject({ keys: ALL_KEYS, cause: 'completed' })
  })
})

describe.concurrent('baresip', () => {
  it.for(casesFrom('138123400'))(
    'every key once: $mode over $transport',
    async ({ transport, mode, from }, context) => {
      const { expect } = context
      if (baresipPath === undefined) skipLoudly(context, 'baresip is not installed (Debian package baresip-core)')
      if (mode === 'info') {
        const reason = await fetched
        if (reason !== null) skipLoudly(context, `baresip 1.1, which sends keys by INFO, cannot be fetched: ${reason}`)
      }
      const result = await runBaresip({ target: engine.target, transport, mode, from, keys: ENTRIES, waitsMs: 300 })
      expect(result.exitCode, result.output).toBe(0)
      const call = await heardFrom(from)
      expect(call, result.output).toMatchObject({ keys: ALL_KEYS, cause: 'caller' })
      expect(call.packetsReceived).toBeGreaterThan(100)
    },
  )
})

/** Why the version that sends INFO is not there, or null. */
const fetched: Promise<string | null> = newerBaresip().then(() => null, String)
