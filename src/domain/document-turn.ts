// Whose turn it is: what a person may do to a document now and why not, and everything that waits for that person.

import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../kernel/db.ts'
import type { Actor } from '../kernel/operation.ts'
import { type CountySettings, countySettings } from './county-settings.ts'
import { actsOf, awaitedActs, nextAct, type PossibleAct } from './document-acts.ts'
import type { DocumentKind } from './document-life.ts'
import { rolesInForce } from './permissions.ts'
import { visibleHolders } from './visibility.ts'

/** Operations with the roles that hold them by default, as the kernel hands them out. */
export type Permissions = ReadonlyMap<string, { roles: readonly string[] }>

interface Standing {
  documentId: number
  kind: DocumentKind
  state: string
}

/** The people behind a document, by staff number, and what else keeps somebody from acting. */
interface Behind {
  authorId: number
  author: string
  authorRole: string
  approver: string | null
  /** Who approved the application that an issue or return was made from. */
  parentApprover: string | null
  validUntil: Date | null
}

export interface ActNow {
  operation: string
  /** Null where it can be done now; otherwise the code of the refusal it would meet. */
  refusedBy: string | null
}

export interface Next {
  operation: string
  roles: readonly string[]
}

/** What it waits for and from whom, and everything that the actor's role may do to it at some time. */
export async function turnOf(
  tx: Tx,
  actor: Actor,
  document: Standing,
  { permissions, now }: { permissions: Permissions; now: Date },
): Promise<{ next: Next | null; acts: ActNow[] }> {
  const settings = await countySettings(tx, actor.countyId)
  const behind = await peopleBehind(tx, actor.countyId, document.documentId)
  const rolesOf = (operation: string) => rolesInForce(operation, permissions.get(operation)?.roles ?? [], settings)
  const awaited = nextAct(document.kind, document.state)
  const known = awaited && permissions.has(awaited.operation) ? awaited : null
  const mine = actsOf(document.kind).filter(act => rolesOf(act.operation).includes(actor.role))
  return {
    next: known && { operation: known.operation, roles: rolesOf(known.operation) },
    acts: mine.map(act => ({
      operation: act.operation,
      refusedBy: act.states.includes(document.state)
        ? refusedBy(actor, act, document.kind, behind, settings, now)
        : 'documentState',
    })),
  }
}

function refusedBy(
  actor: Actor,
  { operation, by }: PossibleAct,
  kind: DocumentKind,
  behind: Behind,
  { separationOfDuties, approvers }: CountySettings,
  now: Date,
): string | null {
  const isMe = (staffNo: string | null) => separationOfDuties && staffNo !== null && staffNo === actor.staffNo
  if (by === 'author' && actor.operatorId !== behind.authorId) return 'notAuthor'
  if (by === 'approver' && isMe(behind.author)) return 'C01'
  if (by === 'approver' && kind === 'ZF' && !approvesVoid(actor.role, behind.authorRole, approvers.ZF)) return 'C01'
  if (by === 'executor' && isMe(behind.approver)) return operation === 'stationDraw.prepare' ? 'CK04' : 'C02'
  if ((kind === 'CK' || kind === 'FK') && by === 'executor' && isMe(behind.parentApprover)) return 'CK04'
  if (by === 'executor' && behind.validUntil !== null && behind.validUntil <= now) return 'C14'
  return null
}

/** A void is approved by the county's approver; where that role wrote it, by the other of the two. */
function approvesVoid(role: string, authorRole: string, approver: string): boolean {
  return (role === approver) !== (authorRole === approver)
}

async function peopleBehind(tx: Tx, countyId: number, documentId: number): Promise<Behind> {
  const { rows } = await sql<Behind>`
    select d.author_id, author.staff_no as author, author.role as author_role, approver.staff_no as approver,
      before.staff_no as parent_approver, coalesce(p.valid_until, d.valid_until) as valid_until
    ${peopleJoined}
    where d.county_id = ${countyId} and d.document_id = ${documentId}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a document that was read has an author')
  return row
}

const peopleJoined = sql`
  from document d
  join operator author on author.county_id = d.county_id and author.operator_id = d.author_id
  left join operator approver on approver.county_id = d.county_id and approver.operator_id = d.approver_id
  left join document p on p.county_id = d.county_id and p.document_id = d.parent_id
  left join operator before on before.county_id = p.county_id and before.operator_id = p.approver_id`

/** States in which an approval that has run out waits for nobody. */
const untilItsDay = sql`(d.valid_until is null or d.state <> 'approved' or d.valid_until > now())`

/**
 * A condition on `document d` and its `holder h`: it waits for the actor's role, at the actor's place, and the actor may
 * act on it. Null where the role is never waited for. Drafts wait for nobody.
 */
export async function waitsFor(
  tx: Tx,
  actor: Actor,
  permissions: Permissions,
  kinds?: readonly DocumentKind[],
): Promise<RawBuilder<boolean> | null> {
  const settings = await countySettings(tx, actor.countyId)
  const mine = awaitedActs().filter(
    act =>
      act.state !== 'draft' &&
      (kinds?.includes(act.kind) ?? true) &&
      rolesInForce(act.operation, permissions.get(act.operation)?.roles ?? [], settings).includes(actor.role),
  )
  if (mine.length === 0) return null
  const apart = settings.separationOfDuties
  const other = (staffNo: string) => (apart ? sql`${sql.ref(staffNo)} is distinct from ${actor.staffNo}` : sql`true`)
  const { ZF } = settings.approvers
  const turns = mine.map(({ kind, state, by }) => {
    const conditions = [sql`d.kind = ${kind} and d.state = ${state}`]
    if (by === 'author') conditions.push(sql`d.author_id = ${actor.operatorId}`)
    if (by === 'approver') conditions.push(other('author.staffNo'))
    if (by === 'approver' && kind === 'ZF') {
      conditions.push(sql`(author.role = ${ZF}) = ${actor.role !== ZF}`)
    }
    if (by === 'executor') conditions.push(other('approver.staffNo'), other('before.staffNo'))
    return sql`(${sql.join(conditions, sql` and `)})`
  })
  return sql<boolean>`${visibleHolders(actor)} and ${untilItsDay} and exists (
    select from operator author
      left join operator approver on approver.county_id = d.county_id and approver.operator_id = d.approver_id
      left join document p on p.county_id = d.county_id and p.document_id = d.parent_id
      left join operator before on before.county_id = p.county_id and before.operator_id = p.approver_id
    where author.county_id = d.county_id and author.operator_id = d.author_id and (${sql.join(turns, sql` or `)}))`
}
