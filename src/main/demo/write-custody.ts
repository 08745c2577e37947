// The custody register of the history: where void cards lie, and what was done with them.

import type { Plan } from './plan.ts'
import type { Kept } from './voids.ts'
import { copyOf, instant, instantOrNull, type Writer } from './write.ts'

interface Event {
  eventId: number
  kind: 'taken' | 'destroyed'
  ms: number
  operatorId: number
  details: object
  kept: Kept
}

export async function writeCustody(writer: Writer, plan: Plan): Promise<void> {
  const { custody, setting } = plan
  const { ledger } = setting
  const events = await numbered(writer, eventsOf(custody))
  await copyOf(
    writer,
    plan,
    'custody_event',
    'event_id kind at operator_id details',
    events.map(one => [one.eventId, one.kind, instant(one.ms), one.operatorId, one.details]),
  )
  await copyOf(
    writer,
    plan,
    'custody_event_range',
    'event_id first_serial last_serial face_value_fen source document_id from_location from_keeper',
    events.flatMap(({ eventId, kind, kept: { cards, place, document } }) =>
      cards.map(({ range, faceValueFen }) => [
        ...[eventId, ledger.serial(range.first), ledger.serial(range.last), faceValueFen, 'void', document.documentId],
        ...(kind === 'taken' ? [null, null] : [place.location, place.keeper.name]),
      ]),
    ),
  )
  const destructionOf = new Map(events.flatMap(one => (one.kind === 'destroyed' ? [[one.kept, one.eventId]] : [])))
  await copyOf(
    writer,
    plan,
    'custody',
    'source document_id first_serial last_serial face_value_fen location keeper keeper_no seal_no kept_since destroyed_at destruction',
    custody.flatMap(kept =>
      kept.cards.map(({ range, faceValueFen }) => [
        ...['void', kept.document.documentId, ledger.serial(range.first), ledger.serial(range.last), faceValueFen],
        ...[kept.place.location, kept.place.keeper.name, kept.place.keeper.staffNo, kept.place.sealNo],
        ...[instant(kept.keptMs), instantOrNull(kept.destroyed?.ms ?? null)],
        kept.destroyed ? { eventId: destructionOf.get(kept), ...kept.destroyed.how } : null,
      ]),
    ),
  )
}

function eventsOf(custody: readonly Kept[]): Omit<Event, 'eventId'>[] {
  const events = custody.flatMap((kept): Omit<Event, 'eventId'>[] => {
    const { place: details, keptMs: ms, operatorId, destroyed } = kept
    const taken = { kind: 'taken' as const, ms, operatorId, details, kept }
    if (!destroyed) return [taken]
    const { how, ...by } = destroyed
    return [taken, { kind: 'destroyed', ...by, details: how, kept }]
  })
  return events.sort((a, b) => a.ms - b.ms)
}

/** Numbers of their own, since destroyed cards name the event. */
async function numbered({ client }: Writer, events: readonly Omit<Event, 'eventId'>[]): Promise<Event[]> {
  const { rows } = await client.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('custody_event', 'event_id'))::int as id from generate_series(1, $1)`,
    [events.length],
  )
  return events.map((one, place) => ({ ...one, eventId: rows[place]?.id ?? 0 }))
}
