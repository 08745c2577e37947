// Compares what the product believes with what the billing system did: every recharge posted exactly once.

import { sql } from 'kysely'
import type { Database } from '../kernel/db.ts'

/** What the billing system did with one serial. */
export interface Posted {
  serial: string
  receiveCount: number
  applyCount: number
  conflictCount: number
  payments: number
  reversed: number
}

export interface Breach {
  /** I1, I3, I4, I5, I6 or I8. */
  rule: string
  transactionSerial: string
  about: string
}

interface Ours {
  transactionSerial: string
  rechargeId: number
  state: string
  owed: boolean
  /** Whether this recharge uses or holds the card now; one that failed may have been followed by another. */
  card: 'used' | 'held' | 'free'
  lateAccept: boolean
}

/** All breaches of the invariants that need both sides; an empty list is the proof. */
export async function compareBothSides(db: Database, theirs: ReadonlyMap<string, Posted>): Promise<Breach[]> {
  const { rows } = await sql<Ours>`
    select p.transaction_serial, r.recharge_id, r.state,
      exists (select from recharge_event e where e.county_id = r.county_id and e.recharge_id = r.recharge_id and e.owed) as owed,
      case when u.recharge_id is null then 'free' when u.stamped_at is null then 'held' else 'used' end as card,
      exists (select from incident i where i.county_id = p.county_id and i.transaction_serial = p.transaction_serial and i.kind = 'LATE_ACCEPT' and i.closed_at is null) as late_accept
    from posting p join recharge_now r using (county_id, recharge_id)
    left join card_use u on u.county_id = r.county_id and u.serial = r.serial and u.recharge_id = r.recharge_id`.execute(
    db,
  )
  const breaches: Breach[] = []
  const known = new Set<string>()
  for (const ours of rows) {
    known.add(ours.transactionSerial)
    breaches.push(...breachesOf(ours, theirs.get(ours.transactionSerial)))
  }
  breaches.push(...succeededButNotOnce(rows, theirs))
  for (const posted of theirs.values()) {
    const about = (rule: string, text: string) => breaches.push({ rule, transactionSerial: posted.serial, about: text })
    if (posted.applyCount > 1) about('I1', `applied ${posted.applyCount} times`)
    if (posted.conflictCount > 0) about('I6', `sent with ${posted.conflictCount + 1} contents`)
    if (posted.payments > 0 && !known.has(posted.serial)) about('I3', 'a payment whose serial is not ours')
  }
  return breaches
}

function breachesOf(ours: Ours, posted: Posted | undefined): Breach[] {
  const standing = (posted?.payments ?? 0) - (posted?.reversed ?? 0)
  const breach = (rule: string, about: string): Breach => ({ rule, transactionSerial: ours.transactionSerial, about })
  if (ours.card === 'free' && standing > 0 && !ours.lateAccept)
    return [breach('I4', 'the card is free and its money is on the account')]
  return []
}

/** I3 and I5 look at a recharge with all of its postings: an owed one may have had several. */
function succeededButNotOnce(rows: readonly Ours[], theirs: ReadonlyMap<string, Posted>): Breach[] {
  const byRecharge = new Map<number, Ours[]>()
  for (const row of rows) byRecharge.set(row.rechargeId, [...(byRecharge.get(row.rechargeId) ?? []), row])
  return [...byRecharge.values()].flatMap(postings => {
    const [first] = postings
    if (!first) return []
    const payments = postings.reduce(
      (sum, { transactionSerial }) => sum + (theirs.get(transactionSerial)?.payments ?? 0),
      0,
    )
    const breach = (rule: string, about: string): Breach => ({
      rule,
      transactionSerial: first.transactionSerial,
      about,
    })
    if (first.state === 'succeeded' && payments !== 1)
      return [breach('I3', `succeeded here, ${payments} payments there`)]
    if (first.state === 'failed' && payments > 0 && !first.lateAccept)
      return [breach('I3', `failed here, ${payments} payments there`)]
    if (first.card === 'used' && payments === 0 && !first.owed)
      return [breach('I5', 'the card is used without a payment')]
    return []
  })
}
