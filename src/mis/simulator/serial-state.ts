// Asking how a serial ended, and closing one so that it never can be posted.

import type { RequestOf } from '../wire/requests.ts'
import { instantOf } from '../wire/time.ts'
import { type Asked, accepted, type Outcome } from './engine-types.ts'
import { conflicts, type Identity, lockSerial, type Memo, rememberOutcome, remembersRefusals } from './memo.ts'
import { findPosted, findReversal, postedAnswer, reversalAnswer } from './posted.ts'
import type { Client } from './store.ts'

/** `underWay`: the serial is being handled at this moment. */
export async function queryPosting(
  asked: Asked,
  request: RequestOf<'queryPosting'>,
  underWay: boolean,
): Promise<Outcome> {
  if (asked.behaviours.query !== 'native') return { code: '9005' }
  const { rows } = await asked.store.money.query<Memo>(
    'select kind, content_hash, outcome, code, apply_count from serial_memo where serial = $1 and outcome is not null',
    [request.serial],
  )
  const [memo] = rows
  if (memo && conflicts(memo, request, undefined)) return { code: '1205' }
  const known = memo && (await stateOf(asked.store.money, asked, memo, request))
  return known ?? accepted({ postingState: underWay ? 'inProgress' : 'notFound', ...echo(request) })
}

export function closeSerial(asked: Asked, request: RequestOf<'closeSerial'>): Promise<Outcome> {
  if (asked.behaviours.close !== 'native') return Promise.resolve({ code: '9005' })
  return asked.store.transaction(async client => {
    const memo = await lockSerial(client, request)
    if (memo.outcome !== null && conflicts(memo, request, undefined)) return { code: '1205' }
    const known = memo.outcome && (await stateOf(client, asked, memo, request))
    if (known) return known
    await rememberOutcome(client, request.serial, 'closed', '1204', instantOf(asked.nowMs))
    await asked.beforeCommit()
    return accepted({ postingState: 'closed', ...echo(request) })
  })
}

async function stateOf(
  client: Pick<Client, 'query'>,
  asked: Asked,
  memo: Memo,
  identity: Identity,
): Promise<Outcome | undefined> {
  if (memo.outcome === 'closed') return accepted({ postingState: 'closed', ...echo(identity) })
  if (memo.outcome === 'refused') {
    if (!remembersRefusals(asked.behaviours)) return undefined
    return accepted({ postingState: 'refused', ...echo(identity), reason: memo.code })
  }
  if (memo.kind === 'R') {
    const row = await findReversal(client, identity.serial)
    if (!row) throw new Error(`the memo of ${identity.serial} has no reversal`)
    const { origSerial: _, ...answer } = reversalAnswer(row)
    return accepted({ postingState: 'posted', ...echo(identity), ...answer, postedAt: row.posted_at, notices: [] })
  }
  const row = await findPosted(client, identity.serial)
  if (!row) throw new Error(`the memo of ${identity.serial} has no payment`)
  return accepted({ postingState: row.reversed_by === null ? 'posted' : 'reversed', ...postedAnswer(row) })
}

function echo({ serial, accountNo, amountFen }: Identity) {
  return { serial, accountNo, amountFen }
}
