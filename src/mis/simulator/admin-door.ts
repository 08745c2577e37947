// The admin interface: a bearer token, this machine alone unless allowed otherwise, JSON in camelCase.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { accountNoField, dateField } from '../wire/requests.ts'
import { sameText } from '../wire/signature.ts'
import { instantOf, parseInstant } from '../wire/time.ts'
import { addBill, changeAccount } from './admin-changes.ts'
import { bookHistory } from './admin-history.ts'
import { listAccounts, listBills, readAudit, readLedger, readWireLog } from './admin-reads.ts'
import { accountChange, bookedPayments, clockChange, newBill } from './admin-schemas.ts'
import { type Behaviours, behavioursSchema } from './behaviours.ts'
import type { MisClock } from './clock.ts'
import type { Days } from './days.ts'
import { faultOrder } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import type { Listener } from './listener.ts'
import type { Store } from './store.ts'
import type { WireLog } from './wire-log.ts'

export interface AdminDoor {
  token: string
  /** Whether other machines may come in. */
  remote: boolean
  banner: string
  store: Store
  clock: MisClock
  days: Days
  faults: Faults
  wireLog: WireLog
  listener: () => Listener | undefined
  behaviours: () => Behaviours
  setBehaviours: (next: Behaviours) => Promise<void>
  reset: (seed: number | undefined) => Promise<void>
  /** Undefined where nobody would start the process again. */
  restart: ((how: { graceful: boolean; downMs: number }) => void) | undefined
  keepClock: () => Promise<void>
  problem: (error: unknown) => void
}

const pageSize = z.coerce.number().int().min(1).max(10_000)
const mostAdminBytes = 1_048_576
const serialText = z.string().max(24)

class Wrong extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function openAdminDoor(app: FastifyInstance, door: AdminDoor): void {
  const route = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, schema: z.ZodType<T>, run: Run<T>) => {
    app.route({
      method,
      url: `/admin/${path}`,
      bodyLimit: mostAdminBytes,
      handler: (request, reply) => answer(door, request, reply, schema, run),
    })
  }
  openDataRoutes(door, route)
  openControlRoutes(door, route)
}

type Run<T> = (input: T, reply: FastifyReply) => unknown
type Route = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, schema: z.ZodType<T>, run: Run<T>) => void

function openDataRoutes({ store, wireLog }: AdminDoor, route: Route): void {
  const accountPage = z.object({
    after: accountNoField.optional(),
    accountNo: accountNoField.optional(),
    limit: pageSize.default(100),
  })
  route('GET', 'accounts', accountPage, page => listAccounts(store, page))
  route('POST', 'accounts', accountChange, async change => {
    await changeAccount(store, change)
    const { accounts } = await listAccounts(store, { accountNo: change.accountNo, limit: 1 })
    return accounts[0]
  })
  route('GET', 'bills', z.object({ accountNo: accountNoField }), ({ accountNo }) => listBills(store, accountNo))
  route('POST', 'bills', newBill, async bill => {
    const billId = await addBill(store, bill)
    if (!billId) throw new Wrong(404, 'no such account')
    return { billId }
  })
  route('POST', 'history', bookedPayments, ({ payments }) => bookHistory(store, payments))
  route('GET', 'ledger', z.object({ serial: serialText }), ({ serial }) => readLedger(store, serial))
  const logPage = z.object({
    serial: serialText.optional(),
    after: z.coerce.number().int().min(0).default(0),
    limit: pageSize.default(1_000),
  })
  route('GET', 'wire-log', logPage, async page => {
    await wireLog.settled()
    return readWireLog(store, page)
  })
  const auditPage = z.object({
    serial: serialText.optional(),
    after: serialText.default(''),
    limit: pageSize.default(10_000),
  })
  route('GET', 'audit', auditPage, page => readAudit(store, page))
}

function openControlRoutes(door: AdminDoor, route: Route): void {
  const { faults, clock, days } = door
  const clockNow = () => ({ now: instantOf(clock.now()), speed: clock.state().speed })
  route('GET', 'status', z.object({}), async () => {
    const counted = await door.store.notes.query<{ n: number }>('select count(*) as n from account')
    const seed = z.object({ seed: z.number() }).safeParse(await door.store.setting('seed'))
    return {
      ...{ banner: door.banner, ...clockNow(), ...days.shown(), behaviours: door.behaviours() },
      ...{ accounts: counted.rows[0]?.n ?? 0, seed: seed.data?.seed ?? 0 },
    }
  })
  route('POST', 'reset', z.strictObject({ seed: z.number().int().optional() }), async ({ seed }) => {
    await door.reset(seed)
    return {}
  })
  route('GET', 'faults', z.object({}), () => ({ faults: faults.list() }))
  route('POST', 'faults', faultOrder, (order, reply) => {
    if (order.plan.restart && !door.restart) throw new Wrong(409, 'nobody would start this process again')
    const listener = door.listener()
    const { connectRefuse, blackhole } = order.plan
    if ((connectRefuse || blackhole) && Object.keys(order.match).length === 0) {
      reply.raw.once('finish', () => {
        if (connectRefuse) listener?.refuse(connectRefuse.ms).catch(door.problem)
        if (blackhole) listener?.blackhole(blackhole.ms).catch(door.problem)
      })
      return { id: '' }
    }
    return { id: faults.add(order) }
  })
  route('DELETE', 'faults', z.object({}), () => {
    faults.clear()
    return {}
  })
  route('DELETE', 'faults/:id', z.object({ id: z.string() }), ({ id }) => {
    if (!faults.remove(id)) throw new Wrong(404, 'no such fault')
    return {}
  })
  route('GET', 'clock', z.object({}), clockNow)
  route('POST', 'clock', clockChange, async change => {
    const now = change.now === undefined ? undefined : parseInstant(change.now)
    if (change.now !== undefined && now === undefined) throw new Wrong(400, 'now is no instant')
    clock.set({ now, offsetMs: change.offset, speed: change.speed })
    await door.keepClock()
    return clockNow()
  })
  route('POST', 'day/cut', z.object({}), async () => {
    const acctDate = await days.cut()
    if (!acctDate) throw new Wrong(409, 'no day is open')
    return { acctDate, dayState: 'cut' }
  })
  route('POST', 'day/final', z.object({ acctDate: dateField }), async ({ acctDate }) => {
    if (days.stateOf(acctDate) === 'open') throw new Wrong(409, 'the day is open')
    await days.finish(acctDate)
    return { acctDate, dayState: 'final' }
  })
  route('GET', 'behaviours', z.object({}), door.behaviours)
  route('POST', 'behaviours', behavioursSchema.partial().strict(), async change => {
    await door.setBehaviours(behavioursSchema.parse({ ...door.behaviours(), ...change }))
    return door.behaviours()
  })
  const restart = z.strictObject({ graceful: z.boolean().default(false), downMs: z.number().int().min(0).default(0) })
  route('POST', 'restart', restart, (how, reply) => {
    const run = door.restart
    if (!run) throw new Wrong(409, 'nobody would start this process again')
    reply.raw.once('finish', () => run(how))
    return {}
  })
}

async function answer<T>(
  door: AdminDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  schema: z.ZodType<T>,
  run: Run<T>,
): Promise<unknown> {
  if (!door.remote && !isLoopback(request.socket.remoteAddress ?? ''))
    return reply.code(403).send({ error: 'loopback only' })
  if (!sameText(request.headers.authorization ?? '', `Bearer ${door.token}`)) {
    return reply.code(401).send({ error: 'token' })
  }
  const body = bodyOf(request)
  const members = toObject(body?.value)
  const input = schema.safeParse({ ...toObject(request.query), ...toObject(request.params), ...members })
  if (!body || !input.success) {
    return reply.code(400).send({ error: input.success ? 'no JSON' : z.prettifyError(input.error) })
  }
  try {
    return await reply.send(await run(input.data, reply))
  } catch (error) {
    if (error instanceof Wrong) return reply.code(error.status).send({ error: error.message })
    throw error
  }
}

function bodyOf(request: FastifyRequest): { value: unknown } | undefined {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) return { value: {} }
  try {
    return { value: JSON.parse(request.body.toString('utf8')) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function toObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address)
}
