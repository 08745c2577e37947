// The audit chain: a sealer links rows into blocks once a second, and a check names every row that was touched.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Tx } from './db.ts'

const macBytes = 16
const blockRows = 5_000
const noMac = Buffer.alloc(32)

interface AuditRow {
  auditId: number
  canonical: string
}

/**
 * Chains every unsealed row, one chain per county; returns how many rows were sealed. One sealer at a time over all
 * nodes (advisory lock); commands never wait for it, since they only insert.
 */
export async function sealAudit(db: Database, key: Buffer): Promise<number> {
  return db.transaction().execute(async tx => {
    const lock = await sql<{
      mine: boolean
    }>`select pg_try_advisory_xact_lock(hashtext('audit seal')::bigint) as mine`.execute(tx)
    if (!lock.rows[0]?.mine) return 0
    const counties = await tx.selectFrom('auditUnsealed').select('countyId').distinct().execute()
    let sealed = 0
    for (const { countyId } of counties) sealed += await sealBlock(tx, key, countyId)
    return sealed
  })
}

async function sealBlock(tx: Tx, key: Buffer, countyId: number): Promise<number> {
  const taken = await sql<{ auditId: number }>`
    delete from audit_unsealed where county_id = ${countyId} and audit_id in (
      select audit_id from audit_unsealed where county_id = ${countyId} order by audit_id limit ${blockRows})
    returning audit_id`.execute(tx)
  const ids = taken.rows.map(row => row.auditId).sort((a, b) => a - b)
  if (ids.length === 0) return 0
  const rows = await rowsOf(tx, countyId, ids)
  const last = await tx
    .selectFrom('auditSeal')
    .select(['sealNo', 'mac'])
    .where('countyId', '=', countyId)
    .orderBy('sealNo', 'desc')
    .limit(1)
    .executeTakeFirst()
  const sealNo = (last?.sealNo ?? 0) + 1
  const previousMac = last?.mac ?? noMac
  const rowMacs = Buffer.concat(rows.map(row => rowMac(key, row)))
  const auditIds = multirange(ids)
  const mac = sealMac(key, countyId, sealNo, auditIds, rowMacs, previousMac)
  await sql`
    insert into audit_seal (county_id, seal_no, audit_ids, row_macs, previous_mac, mac)
    values (${countyId}, ${sealNo}, ${auditIds}::int8multirange, ${rowMacs}, ${previousMac}, ${mac})`.execute(tx)
  return ids.length
}

export interface ChainFault {
  countyId: number
  sealNo: number | null
  auditId: number | null
  fault: 'changed' | 'deleted' | 'neverQueued' | 'sealBroken'
}

export interface ChainReport {
  sealedRows: number
  unsealedRows: number
  faults: ChainFault[]
  /** The newest seal of each county: what the daily slip prints. */
  newestSeals: { countyId: number; sealNo: number; mac: string }[]
}

/** Verifies every chain on one snapshot; names each row that was changed, deleted, or slipped in. */
export async function verifyAudit(db: Database, key: Buffer): Promise<ChainReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async tx => {
      const report: ChainReport = { sealedRows: 0, unsealedRows: 0, faults: [], newestSeals: [] }
      const counties = await tx.selectFrom('county').select('countyId').orderBy('countyId').execute()
      for (const { countyId } of counties) await verifyChain(tx, key, countyId, report, wholeChain)
      const unsealed = await tx
        .selectFrom('auditUnsealed')
        .select(eb => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      report.unsealedRows = unsealed.n
      return report
    })
}

interface Stretch {
  fromSealNo: number
  /** Seals at the most. */
  most: number
}
const wholeChain: Stretch = { fromSealNo: 1, most: Number.POSITIVE_INFINITY }

/** Verifies some seals of one county's chain; strays are named with its end. */
export async function verifyStretch(
  tx: Tx,
  key: Buffer,
  countyId: number,
  stretch: Stretch,
): Promise<ChainReport & { nextSealNo: number | null }> {
  const report: ChainReport = { sealedRows: 0, unsealedRows: 0, faults: [], newestSeals: [] }
  return { nextSealNo: await verifyChain(tx, key, countyId, report, stretch), ...report }
}

/** The rows of a county that wait for their seal: how many, the first of them, and since when. */
export async function unsealedTail(
  tx: Tx,
  countyId: number,
): Promise<{ rows: number; auditIds: number[]; oldest: Date | null }> {
  const { rows } = await sql<{ rows: number; auditIds: number[] | null; oldest: Date | null }>`
    select count(*)::int as rows, min(a.at) as oldest,
      to_json((array_agg(u.audit_id order by u.audit_id))[1:100]) as audit_ids
    from audit_unsealed u left join audit a using (county_id, audit_id) where u.county_id = ${countyId}`.execute(tx)
  const [tail] = rows
  return { rows: tail?.rows ?? 0, auditIds: tail?.auditIds ?? [], oldest: tail?.oldest ?? null }
}

/** Answers the seal to go on from, or null at the end of the chain. */
async function verifyChain(
  tx: Tx,
  key: Buffer,
  countyId: number,
  report: ChainReport,
  { fromSealNo, most }: Stretch,
): Promise<number | null> {
  const before = await tx
    .selectFrom('auditSeal')
    .select('mac')
    .where('countyId', '=', countyId)
    .where('sealNo', '=', fromSealNo - 1)
    .executeTakeFirst()
  let previousMac: Buffer = before?.mac ?? noMac
  for (let sealNo = fromSealNo; ; sealNo += 1) {
    if (sealNo >= fromSealNo + most) return sealNo
    const found = await sql<{ auditIds: string; rowMacs: Buffer; previousMac: Buffer; mac: Buffer; ids: number[] }>`
      select audit_ids::text as audit_ids, row_macs, previous_mac, mac, array(
        select id from unnest(audit_ids) r, generate_series(lower(r), upper(r) - 1) id order by id) as ids
      from audit_seal where county_id = ${countyId} and seal_no = ${sealNo}`.execute(tx)
    const seal = found.rows[0]
    if (!seal) break
    const ids = seal.ids.map(Number)
    const mac = sealMac(key, countyId, sealNo, seal.auditIds, seal.rowMacs, previousMac)
    if (!same(mac, seal.mac) || !same(previousMac, seal.previousMac)) {
      report.faults.push({ countyId, sealNo, auditId: null, fault: 'sealBroken' })
    }
    const rows = new Map((await rowsOf(tx, countyId, ids)).map(row => [row.auditId, row]))
    for (const [place, auditId] of ids.entries()) {
      const row = rows.get(auditId)
      const expected = seal.rowMacs.subarray(place * macBytes, (place + 1) * macBytes)
      if (!row) report.faults.push({ countyId, sealNo, auditId, fault: 'deleted' })
      else if (!same(rowMac(key, row), expected)) report.faults.push({ countyId, sealNo, auditId, fault: 'changed' })
    }
    report.sealedRows += ids.length
    report.newestSeals = report.newestSeals.filter(newest => newest.countyId !== countyId)
    report.newestSeals.push({ countyId, sealNo, mac: seal.mac.toString('hex') })
    previousMac = seal.mac
  }
  await nameStrays(tx, countyId, report)
  return null
}

/** Rows that no seal covers and that do not wait for one were put in, or a whole seal was taken away. */
async function nameStrays(tx: Tx, countyId: number, report: ChainReport): Promise<void> {
  const strays = await sql<{ auditId: number }>`
    select audit_id from audit a where county_id = ${countyId}
      and not exists (select from audit_unsealed u where u.county_id = a.county_id and u.audit_id = a.audit_id)
      and not exists (select from audit_seal s where s.county_id = a.county_id and s.audit_ids @> a.audit_id)
    order by audit_id limit 100`.execute(tx)
  for (const { auditId } of strays.rows) report.faults.push({ countyId, sealNo: null, auditId, fault: 'neverQueued' })
  const lost = await sql<{ auditId: number }>`
    select audit_id from audit_unsealed u where county_id = ${countyId}
      and not exists (select from audit a where a.county_id = u.county_id and a.audit_id = u.audit_id) limit 100`.execute(
    tx,
  )
  for (const { auditId } of lost.rows) report.faults.push({ countyId, sealNo: null, auditId, fault: 'deleted' })
}

async function rowsOf(tx: Tx, countyId: number, ids: readonly number[]): Promise<AuditRow[]> {
  const found = await sql<AuditRow>`
    select audit_id, jsonb_build_array(county_id, audit_id, extract(epoch from at), request_id, operation, outcome,
      actor_role, actor_id, actor_name, details)::text as canonical
    from audit where county_id = ${countyId} and audit_id = any(${[...ids]}::bigint[]) order by audit_id`.execute(tx)
  return found.rows
}

const rowMac = (key: Buffer, row: AuditRow) =>
  createHmac('sha256', key).update('row ').update(row.canonical).digest().subarray(0, macBytes)

function sealMac(
  key: Buffer,
  countyId: number,
  sealNo: number,
  auditIds: string,
  rowMacs: Buffer,
  previousMac: Buffer,
): Buffer {
  return createHmac('sha256', key)
    .update(`seal ${countyId} ${sealNo} ${auditIds} `)
    .update(previousMac)
    .update(rowMacs)
    .digest()
}

const same = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b)

/** Sorted ids as PostgreSQL writes a multirange: `{[1,4),[7,8)}`. */
function multirange(ids: readonly number[]): string {
  const parts: string[] = []
  let start = ids[0]
  let previous = start
  for (const id of [...ids.slice(1), Number.NaN]) {
    if (start === undefined || previous === undefined) break
    if (id === previous + 1) previous = id
    else {
      parts.push(`[${start},${previous + 1})`)
      start = id
      previous = id
    }
  }
  return `{${parts.join(',')}}`
}
