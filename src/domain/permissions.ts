// Who may call what, in which county: the roles written with an operation, a county's own approvers, and a region's reach.

import type { Database } from '../kernel/db.ts'
import { type Request, requireRole } from '../kernel/execute.ts'
import type { Actor, Operation } from '../kernel/operation.ts'
import { Refusal, refuse } from '../kernel/refusal.ts'
import { type CountySettings, countySettings, countySettingsSchema } from './county-settings.ts'
import { isInReach } from './region.ts'

/** The documents whose approval a county may move, and the operations that belong to the approver. */
const approvals: Readonly<Record<string, keyof CountySettings['approvers']>> = {
  'cardMaking.approve': 'ZK',
  'cardMaking.reject': 'ZK',
  'cardVoid.approve': 'ZF',
  'cardVoid.reject': 'ZF',
  'stationDraw.approve': 'LS',
  'stationDraw.reject': 'LS',
  'stationDraw.extend': 'LS',
  'stationReturn.approve': 'FS',
  'stationReturn.reject': 'FS',
}
const byDefault = countySettingsSchema.parse({}).approvers

/** The roles that hold an operation in a county of these settings; an administrator is never among a county's approvers. */
export function rolesInForce(name: string, roles: readonly string[], { approvers }: CountySettings): readonly string[] {
  const kind = approvals[name]
  return kind === undefined || approvers[kind] === byDefault[kind] ? roles : [approvers[kind]]
}

/** What a person may still do who owes a password or one-time codes. */
const whileOwing = ['auth.me', 'auth.password', 'auth.totp', 'auth.logout', 'auth.login']

/** The one place that decides whether a request may be done, and as who: for the kernel's road. */
export function createAuthorise(db: Database): (request: Request, operation: Operation<never>) => Promise<Actor> {
  return async (request, operation) => {
    const { name, actor } = request
    if (actor.owes && !whileOwing.includes(name)) refuse('owesFirst', { owes: actor.owes })
    const acting = await inCounty(db, request, operation)
    const roles =
      name in approvals
        ? rolesInForce(name, operation.roles, await countySettings(db, acting.countyId))
        : operation.roles
    requireRole({ ...request, actor: acting }, roles)
    return acting
  }
}

/** Whoever names another county must have it in reach, and may only read there. */
async function inCounty(db: Database, { actor, countyId, name }: Request, operation: Operation<never>): Promise<Actor> {
  if (countyId === undefined || countyId === actor.countyId) return actor
  const reaches = actor.role === 'regionViewer' && (await isInReach(db, actor, countyId))
  if (!reaches) throw new Refusal('countyOutOfReach', { countyId })
  const isRead = operation.kind === 'query' || (operation.kind === 'command' && operation.isRead)
  if (!isRead) throw new Refusal('notAllowed', { operation: name })
  return { ...actor, countyId }
}
