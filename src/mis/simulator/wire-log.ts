// The log of every message, masked: only members known to be harmless are kept, accounts and names are shortened.

import { maskAccountNo, maskName } from '../wire/text.ts'
import { instantOf } from '../wire/time.ts'
import type { MisClock } from './clock.ts'
import type { Store } from './store.ts'

export interface LoggedMessage {
  profile: string
  /** Number of the connection. */
  conn: number
  direction: 'in' | 'out'
  op: string | undefined
  /** The members as they came or went. */
  fields: unknown
  fault: string
  /** When it could not be read. */
  bytes?: number
}

export interface WireLog {
  write(message: LoggedMessage): Promise<void>
  /** Resolves when everything written so far is in the table. */
  settled(): Promise<void>
}

const plain: ReadonlySet<string> = new Set([
  ...['messageId', 'operator', 'requestTime', 'serial', 'origSerial', 'acctDate', 'origAcctDate', 'expiresAt', 'page'],
  ...['cardTail', 'channelKind', 'amountFen', 'fromMonth', 'toMonth', 'fromDate', 'toDate', 'respCode', 'misRef'],
  ...['settleDate', 'postedAt', 'balanceFen', 'dueFen', 'lateFeeFen', 'totalDueFen', 'totalLateFeeFen', 'notices'],
  ...['postingState', 'reason', 'status', 'dayState', 'serverTime', 'postedCount', 'postedFen', 'reversedCount'],
  ...['reversedFen', 'hasMore'],
])
const codeShaped = /^[0-9A-Za-z-]{0,40}$/

/** Known members of a message or answer; of others, and of text that could hold anything, nothing. */
export function maskFields(fields: unknown): Record<string, unknown> {
  if (typeof fields !== 'object' || fields === null) return {}
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'accountNo') kept[name] = maskAccountNo(String(value).slice(0, 20))
    else if (name === 'name') kept[name] = maskName(String(value))
    else if (name === 'data') Object.assign(kept, maskFields(value))
    else if (plain.has(name) && isHarmless(name, value)) kept[name] = value
  }
  return kept
}

function isHarmless(name: string, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true
  if (Array.isArray(value)) return name === 'notices' && value.every(one => isHarmless('notice', one))
  return typeof value === 'string' && codeShaped.test(value) && !longDigits(name, value)
}

/** A run of digits that is none of ours could be a card's number or PIN written into the wrong member. */
function longDigits(name: string, value: string): boolean {
  const limits: Readonly<Record<string, number>> = { serial: 24, origSerial: 24, messageId: 24 }
  if (name in limits) return value.length !== limits[name]
  if (name === 'expiresAt' || name === 'requestTime' || name === 'postedAt' || name === 'serverTime') {
    return value.length !== 17
  }
  return /\d{9}/.test(value) && name !== 'misRef'
}

const mostRows = 1_000_000
const trimEvery = 10_000

export function createWireLog(store: Store, clock: MisClock): WireLog {
  const pending = new Set<Promise<unknown>>()
  let written = 0
  const trim = () => store.notes.query('delete from wire_log where n <= (select max(n) from wire_log) - $1', [mostRows])
  return {
    async write(message) {
      const fields = maskFields(message.fields)
      const serial = typeof fields.serial === 'string' ? fields.serial : null
      if (message.bytes !== undefined) fields.unreadableBytes = message.bytes
      const writing = store.notes.query({
        name: 'wire-log',
        text: `insert into wire_log (profile, conn, direction, at, op, serial, fields, fault)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [
          ...[message.profile, message.conn, message.direction, instantOf(clock.now()), message.op, serial],
          ...[JSON.stringify(fields), message.fault || null],
        ],
      })
      pending.add(writing)
      await writing.finally(() => pending.delete(writing))
      written += 1
      if (written % trimEvery === 0) await trim()
    },
    async settled() {
      await Promise.allSettled([...pending])
    },
  }
}
