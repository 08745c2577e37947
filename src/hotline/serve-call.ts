// Serves one call from its first ring until everything about it is written; nothing that goes wrong here leaves it.

import type { Client } from '../kernel/client.ts'
import type { Log } from '../kernel/log.ts'
import type { AppRegistry } from '../registry.ts'
import { type Call, type CallTimes, createCall, type RunningCall } from './call.ts'
import { createCallRecord } from './call-record.ts'
import { mainMenu } from './dialogues/main-menu.ts'
import { type CallFacts, HangUp, type Line, type LineQuality, type ReleaseCause } from './line.ts'
import { within } from './patience.ts'
import { Farewell } from './talk.ts'
import { speak } from './voice/speak.ts'
import { joinSpoken, type Spoken } from './voice/spoken.ts'
import { type Language, languages } from './voice/voices.ts'

export interface HotlineParts {
  /** Null for a number that belongs to no county. */
  countyOf: (called: string) => { countyId: number; language: Language } | null
  api: (countyId: number) => Client<AppRegistry>
  settings: CallTimes & { maxCallMs: number }
  now: () => Date
  log: Log
}

interface Over {
  cause: ReleaseCause
  quality: LineQuality
}

/** A database that does not open a record within this time would not serve the call either. */
const beginLimitMs = 5_000
/** Within this time an engine says how a call that is over was heard. */
const endLimitMs = 5_000
/** Characters of a telephone number; what is recorded and compared is no longer. */
const mostNumber = 30
const notHeard: Over = {
  cause: 'network',
  quality: { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 },
}

/** Never throws; `onOver` when the line is free again. */
export async function serveCall(parts: HotlineParts, line: Line, onOver: () => void): Promise<void> {
  const log = parts.log.child({ callId: line.facts.callId })
  const over = new Promise<Over>(resolve => line.onEnd((cause, quality) => resolve({ cause, quality })))
  try {
    const county = parts.countyOf(line.facts.called)
    if (county) return await serveCounty({ ...parts, log }, line, county, { over, onOver })
    log.warn({ called: line.facts.called }, 'a number that belongs to no county was called')
    await announce(line, joinSpoken(languages.map(language => speak(language, 'number.notInService', {}))), log)
    await endOf(line, over, onOver)
  } catch (error) {
    log.error({ err: error }, 'a call was not served to its end')
  }
}

async function serveCounty(
  parts: HotlineParts,
  line: Line,
  { countyId, language }: { countyId: number; language: Language },
  { over, onOver }: { over: Promise<Over>; onOver: () => void },
): Promise<void> {
  const { now, log, settings } = parts
  const api = parts.api(countyId)
  const facts = plausible(line.facts)
  const record = createCallRecord({ api, facts, now, log })
  const longest = setTimeout(() => line.hangUp(), settings.maxCallMs)
  let running: RunningCall | null = null
  try {
    const begun = await within(record.begin(language), beginLimitMs)
    if (!begun) throw new Error('the record of the call was not opened in time')
    running = createCall({ line, facts, api, record, county: begun.settings, language, times: settings, now, log })
    const { call, end } = running
    void over.then(({ cause }) => end(cause))
    await line.answer()
    await mainMenu(call)
  } catch (error) {
    await explain(error, line, language, running?.call ?? null, log)
  }
  clearTimeout(longest)
  const { cause, quality } = await endOf(line, over, onOver)
  await record.end(cause, running?.outcome() ?? 'system.error', quality)
  await running?.workDone()
  await record.close()
}

/** A caller whose number is longer than any telephone number is has shown none. */
function plausible(facts: CallFacts): CallFacts {
  const { caller, called } = facts
  const shown = caller !== null && caller.length <= mostNumber ? caller : null
  return { ...facts, caller: shown, called: called.slice(0, mostNumber) }
}

async function endOf(line: Line, over: Promise<Over>, onOver: () => void): Promise<Over> {
  line.hangUp()
  const how = (await within(over, endLimitMs)) ?? notHeard
  onOver()
  return how
}

/** A dialogue ends by a hang-up, by goodbye, or by a failure of ours, which the caller is told. */
async function explain(error: unknown, line: Line, language: Language, call: Call | null, log: Log): Promise<void> {
  if (error instanceof HangUp) return
  if (error instanceof Farewell) return call?.reached('threeTries')
  log.error({ err: error }, 'a call could not be served')
  call?.reached('system.error')
  await announce(line, speak(language, 'system.error', {}), log)
}

/** All there is to say to a caller who cannot be served. */
async function announce(line: Line, { text, clips }: Spoken, log: Log): Promise<void> {
  try {
    await line.answer()
    line.caption({ type: 'say', text })
    await line.play(clips).done
  } catch (error) {
    if (!(error instanceof HangUp)) log.error({ err: error }, 'the caller could not be told')
  }
}
