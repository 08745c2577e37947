// A typed client of the admin interface, for tests and for the command line.

import { z } from 'zod'
import {
  type AccountChange,
  type AccountEntry,
  type AuditAnswer,
  accountEntry,
  auditAnswer,
  type BookedPayment,
  billEntry,
  clockAnswer,
  dayAnswer,
  type LedgerAnswer,
  ledgerAnswer,
  type SerialAudit,
  standingFault,
  statusAnswer,
  wireLogAnswer,
} from './admin-schemas.ts'
import { type Behaviours, behavioursSchema } from './behaviours.ts'
import type { FaultName, FaultOrder, faultParams } from './fault-kinds.ts'

/** An order as it is written: whatever has a default may be left out. */
export type NewFault = {
  [N in FaultName]: {
    name: N
    params?: z.input<(typeof faultParams)[N]>
    match?: FaultOrder['match']
    times?: number
    probability?: number
    id?: string
  }
}[FaultName]

export type MisAdmin = ReturnType<typeof createMisAdmin>

const mostPages = 1_000
const nothing = z.object({})

export function createMisAdmin({ url, token }: { url: string; token: string }) {
  const call = async <T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(`/admin/${path}`, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /admin/${path}: ${response.status} ${text}`)
    return schema.parse(JSON.parse(text))
  }
  const get = <T>(path: string, schema: z.ZodType<T>, query: Record<string, string | number | undefined> = {}) => {
    const members = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    )
    return call('GET', `${path}?${new URLSearchParams(members)}`, schema)
  }
  const post = <T>(path: string, schema: z.ZodType<T>, body: unknown = {}) => call('POST', path, schema, body)
  const auditPage = (after: string, limit?: number) => get('audit', auditAnswer, { after, limit })

  return {
    status: () => get('status', statusAnswer),
    /** Special accounts first. */
    accounts: (
      page: { after?: string; limit?: number } = {},
    ): Promise<{ accounts: AccountEntry[]; hasMore: boolean }> =>
      get('accounts', z.object({ accounts: z.array(accountEntry), hasMore: z.boolean() }), page),
    async account(accountNo: string): Promise<AccountEntry | undefined> {
      const found = await get('accounts', z.object({ accounts: z.array(accountEntry) }), { accountNo })
      return found.accounts[0]
    },
    setAccount: (change: AccountChange): Promise<AccountEntry> => post('accounts', accountEntry, change),
    bills: (accountNo: string) => get('bills', z.object({ bills: z.array(billEntry) }), { accountNo }),
    addBill: (bill: { accountNo: string; month: string; amountFen: number; lateFeeFen?: number }) =>
      post('bills', z.object({ billId: z.string() }), bill),

    /** Payments of earlier times, at most `mostBooked` at once; answers how many of them were new. */
    bookHistory: async (payments: readonly BookedPayment[]): Promise<number> =>
      (await post('history', z.object({ booked: z.number() }), { payments })).booked,

    /** Answers the number of the fault; an empty one when it began at once. */
    addFault: async (fault: NewFault): Promise<string> =>
      (await post('faults', z.object({ id: z.string() }), fault)).id,
    faults: () => get('faults', z.object({ faults: z.array(standingFault) })),
    removeFault: (id: string) => call('DELETE', `faults/${encodeURIComponent(id)}`, nothing),
    clearFaults: () => call('DELETE', 'faults', nothing),

    clock: () => get('clock', clockAnswer),
    /** `now`: yyyymmddHHmmssSSS; `offset` in milliseconds from where the clock stands. */
    setClock: (change: { now?: string; offset?: number; speed?: number }) => post('clock', clockAnswer, change),
    cutDay: () => post('day/cut', dayAnswer),
    finishDay: (acctDate: string) => post('day/final', dayAnswer, { acctDate }),
    behaviours: () => get('behaviours', behavioursSchema),
    setBehaviours: (change: Partial<Behaviours>) => post('behaviours', behavioursSchema, change),
    /** Empties everything and begins again from the seed. */
    reset: (seed?: number) => post('reset', nothing, seed === undefined ? {} : { seed }),
    restart: (how: { graceful?: boolean; downMs?: number } = {}) => post('restart', nothing, how),

    ledger: (serial: string): Promise<LedgerAnswer> => get('ledger', ledgerAnswer, { serial }),
    wireLog: (page: { serial?: string; after?: number; limit?: number } = {}) => get('wire-log', wireLogAnswer, page),
    auditPage,
    async auditOf(serial: string): Promise<SerialAudit | undefined> {
      return (await get('audit', auditAnswer, { serial })).serials[0]
    },
    /** All serials, page after page. */
    audit: () => wholeAudit(auditPage),
    /** Waits until it answers, as after a restart. */
    waitUntilUp: (timeoutMs: number) => untilUp(() => get('status', statusAnswer), timeoutMs),
  }
}

async function wholeAudit(auditPage: (after: string) => Promise<AuditAnswer>): Promise<AuditAnswer> {
  const first = await auditPage('')
  const serials = [...first.serials]
  for (let page = first, pages = 1; page.hasMore && pages < mostPages; pages += 1) {
    page = await auditPage(serials.at(-1)?.serial ?? '')
    serials.push(...page.serials)
  }
  return { ...first, serials, hasMore: false }
}

async function untilUp(ask: () => Promise<unknown>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  const failure = (error: unknown) => ({ error })
  for (;;) {
    const failed = await ask().then(() => undefined, failure)
    if (!failed) return
    if (performance.now() > deadline) throw failed.error
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
