// Calls and their steps, a few thousand at a time: the next are made while the last are written.

import { copyRows } from '../../kernel/copy.ts'
import type { PlanCall } from './calls.ts'
import type { Plan } from './plan.ts'
import type { Writer } from './write.ts'

const callsAtOnce = 2_000
const callColumns = [
  ...['county_id', 'call_id', 'engine', 'trunk', 'codec', 'caller', 'called', 'language', 'node', 'started_at'],
  ...['ended_at', 'release_cause', 'outcome', 'quality'],
]
const stepColumns = ['county_id', 'call_id', 'step_no', 'at', 'kind', 'text']

export async function writeCalls(writer: Writer, plan: Plan): Promise<void> {
  let writing: Promise<void> = Promise.resolve()
  for (const calls of inGroups(plan.calls(), callsAtOnce)) {
    await writing
    writing = writeSome(writer, plan, calls)
    writing.catch(() => undefined)
  }
  await writing
}

function* inGroups<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = []
  for (const one of all) {
    group.push(one)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

async function writeSome({ client, node }: Writer, { setting }: Plan, calls: readonly PlanCall[]): Promise<void> {
  const { countyId, hotlineNumber } = setting
  const rows = calls.map(one => [
    ...[countyId, one.callId, 'sip', one.trunk, one.codec, one.caller, hotlineNumber, 'zh-CN', node],
    ...[new Date(one.startMs), new Date(one.endMs), one.cause, one.outcome],
    {
      packetsSent: one.packets,
      packetsReceived: one.packets - one.lost,
      packetsLost: one.lost,
      jitterMs: one.jitterMs,
    },
  ])
  const steps = calls.flatMap(({ callId, steps: all, endMs }) =>
    all.map(({ ms, kind, text }, place) => [countyId, callId, place + 1, new Date(Math.min(ms, endMs)), kind, text]),
  )
  await copyRows(client, 'call', callColumns, rows)
  await copyRows(client, 'call_step', stepColumns, steps)
}
