// The billing system itself, whatever wire a message came over: checks the form, then does what is asked.

import type { z } from 'zod'
import { type Operation, serialOperations } from '../wire/operations.ts'
import { requestSchemas } from '../wire/requests.ts'
import { instantOf } from '../wire/time.ts'
import type { Behaviours } from './behaviours.ts'
import type { MisClock } from './clock.ts'
import type { Days } from './days.ts'
import { type Asked, accepted, type Outcome } from './engine-types.ts'
import { postRecharge } from './post.ts'
import { billsDue, dayTotals, findAccount, paymentHistory } from './reads.ts'
import { reverse } from './reverse.ts'
import { closeSerial, queryPosting } from './serial-state.ts'
import type { Store } from './store.ts'

export interface Engine {
  /** Handles one message whose signature was right. */
  run(
    operation: Operation,
    fields: unknown,
    call: { channelId: string; beforeCommit: () => Promise<void> },
  ): Promise<Outcome>
  /** Says of a serial that it is being handled, until the returned function is called. */
  begin(serial: string): () => void
}

interface EngineParts {
  store: Store
  clock: MisClock
  days: Days
  behaviours: () => Behaviours
}

export function createEngine({ store, clock, days, behaviours }: EngineParts): Engine {
  const underWay = new Map<string, number>()

  return {
    async run(operation, fields, call) {
      const asked: Asked = { store, days, behaviours: behaviours(), nowMs: clock.now(), ...call }
      if (serialOperations.has(operation) && !messageIsSerial(fields)) return { code: '2001' }
      const { findAccount: account, billsDue: bills, paymentHistory: history } = requestSchemas
      switch (operation) {
        case 'findAccount':
          return checked(account, fields, request => findAccount(asked, request))
        case 'billsDue':
          return checked(bills, fields, request => billsDue(asked, request))
        case 'paymentHistory':
          return checked(history, fields, request => paymentHistory(asked, request))
        case 'postRecharge':
          return checked(requestSchemas.postRecharge, fields, request => postRecharge(asked, request))
        case 'queryPosting':
          return checked(requestSchemas.queryPosting, fields, request =>
            queryPosting(asked, request, underWay.has(request.serial)),
          )
        case 'closeSerial':
          return checked(requestSchemas.closeSerial, fields, request => closeSerial(asked, request))
        case 'reverse':
          return checked(requestSchemas.reverse, fields, request => reverse(asked, request))
        case 'dayTotals':
          return checked(requestSchemas.dayTotals, fields, request => dayTotals(asked, request))
        default:
          return checked(requestSchemas[operation], fields, () => session(operation, asked))
      }
    },
    begin(serial) {
      underWay.set(serial, (underWay.get(serial) ?? 0) + 1)
      return () => {
        const left = (underWay.get(serial) ?? 1) - 1
        if (left > 0) underWay.set(serial, left)
        else underWay.delete(serial)
      }
    },
  }
}

async function checked<T>(
  schema: z.ZodType<T>,
  fields: unknown,
  work: (request: T) => Promise<Outcome>,
): Promise<Outcome> {
  const request = schema.safeParse(fields)
  return request.success ? work(request.data) : { code: '2001' }
}

/** The messageId of a posting, close or reversal is its serial. */
function messageIsSerial(fields: unknown): boolean {
  if (typeof fields !== 'object' || fields === null) return false
  return 'messageId' in fields && 'serial' in fields && fields.messageId === fields.serial
}

async function session(operation: 'signIn' | 'signOut' | 'heartbeat', asked: Asked): Promise<Outcome> {
  const { days, nowMs, channelId } = asked
  if (operation === 'heartbeat') return accepted({ serverTime: instantOf(nowMs), ...days.shown() })
  if (operation === 'signOut') {
    const { acctDate } = days.shown()
    // Where the clock rules, a sign-out ends nothing.
    const closed = asked.behaviours.dayControl === 'signIn' ? await days.cut() : acctDate
    return accepted({ acctDate: closed ?? acctDate })
  }
  const acctDate = asked.behaviours.dayControl === 'signIn' ? await days.signIn() : days.shown().acctDate
  return accepted({ sessionId: `${channelId}-${nowMs}`.slice(-24), acctDate, serverTime: instantOf(nowMs) })
}
