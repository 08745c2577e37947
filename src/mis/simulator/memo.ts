// What is remembered of a serial: its content, its first outcome, how often it came and how often it was applied.

import { createHash } from 'node:crypto'
import type { Behaviours } from './behaviours.ts'
import type { Client } from './store.ts'

export interface Identity {
  serial: string
  accountNo: string
  amountFen: number
}

export interface Memo {
  kind: 'P' | 'R' | null
  content_hash: string
  outcome: 'posted' | 'refused' | 'closed' | null
  code: string | null
  apply_count: number
}

export function contentHash({ accountNo, amountFen }: Identity): string {
  return createHash('sha256').update(`${accountNo}|${amountFen}`).digest('hex')
}

/** The same serial with another account, amount or kind. A closed serial never had a kind. */
export function conflicts(memo: Memo, identity: Identity, kind: 'P' | 'R' | undefined): boolean {
  if (memo.content_hash !== contentHash(identity)) return true
  return kind !== undefined && memo.kind !== null && memo.kind !== kind
}

/** Whether a refusal binds this billing system when the serial comes again. */
export function remembersRefusals(behaviours: Behaviours): boolean {
  return behaviours.dedup === 'sticky' || behaviours.dedup === 'codeOnly'
}

const receive = `
  insert into serial_memo as m (serial, kind, content_hash, receive_count) values ($1, $2, $3, 1)
  on conflict (serial) do update set
    receive_count = m.receive_count + 1,
    conflict_count = m.conflict_count
      + case when m.content_hash <> excluded.content_hash or m.kind <> excluded.kind then 1 else 0 end,
    kind = case when m.outcome is null then excluded.kind else m.kind end,
    content_hash = case when m.outcome is null then excluded.content_hash else m.content_hash end
  returning kind, content_hash, outcome, code, apply_count`

/** Counts a posting or reversal that came in, and keeps all others with this serial waiting until this one is done. */
export async function receiveSerial(client: Client, identity: Identity, kind: 'P' | 'R'): Promise<Memo> {
  const { rows } = await client.query<Memo>({
    ...{ name: 'receive', text: receive },
    values: [identity.serial, kind, contentHash(identity)],
  })
  return only(rows)
}

const touch = `
  insert into serial_memo as m (serial, content_hash) values ($1, $2)
  on conflict (serial) do update set serial = m.serial
  returning kind, content_hash, outcome, code, apply_count`

/** The same lock for a close, which is no delivery of the posting. */
export async function lockSerial(client: Client, identity: Identity): Promise<Memo> {
  const { rows } = await client.query<Memo>(touch, [identity.serial, contentHash(identity)])
  return only(rows)
}

export async function rememberOutcome(
  client: Client,
  serial: string,
  outcome: 'refused' | 'closed',
  code: string,
  at: string,
): Promise<void> {
  const update = 'update serial_memo set outcome = $2, code = $3, at = $4 where serial = $1'
  await client.query(update, [serial, outcome, code, at])
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('the memo of a serial vanished')
  return row
}
