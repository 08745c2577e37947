// Calls of profile 1 with what a session adds: signing in when told to, and asking a silent read once more.

import type { BillingConnector, CallOptions, ConnectorSettings, Result } from '../connector.ts'
import { answerSchemas } from '../wire/answers.ts'
import { type Ask, createHttpCaller } from './http-call.ts'

export interface HttpSession {
  call<T>(ask: Ask<T>, options: CallOptions): Promise<Result<T>>
  read<T>(ask: Omit<Ask<T>, 'lane'>, options: CallOptions): Promise<Result<T>>
  signIn: BillingConnector['signIn']
  close(): void
}

export function openHttpSession(settings: ConnectorSettings): HttpSession {
  const caller = createHttpCaller(settings)

  const signIn: BillingConnector['signIn'] = async options => {
    const { signIn: schema } = answerSchemas
    const ask = { operation: 'signIn', lane: 'query', schema, fields: {}, echoes: () => true } as const
    const asked = await caller.call(ask, options)
    if (asked.class !== 'accepted') return asked
    const { acctDate, serverTime } = asked.data
    return { class: 'accepted', data: { acctDate, serverTime } }
  }

  /** "Not signed in" means nothing was done: sign in and ask once more. */
  async function call<T>(ask: Ask<T>, options: CallOptions): Promise<Result<T>> {
    const endsAt = performance.now() + options.timeoutMs
    const leftMs = () => Math.max(1, endsAt - performance.now())
    const first = await caller.call(ask, options)
    if (first.class !== 'refused' || first.reason !== 'notSignedIn' || first.stage !== 'answered') return first
    const signedIn = await signIn({ ...options, timeoutMs: leftMs() })
    return signedIn.class === 'accepted' ? caller.call(ask, { ...options, timeoutMs: leftMs() }) : first
  }

  return {
    call,
    signIn,
    /** A read that got no answer may be asked once more: it has no effect to repeat. */
    async read(ask, options) {
      const startedAt = performance.now()
      const first = await call({ ...ask, lane: 'read' }, options)
      if (!options.patience || !isSilence(first)) return first
      const leftMs = options.patience.totalMs - (performance.now() - startedAt)
      if (leftMs < options.patience.retryFloorMs) return first
      return call({ ...ask, lane: 'read' }, { ...options, timeoutMs: Math.min(options.timeoutMs, leftMs) })
    },
    close: () => caller.close(),
  }
}

/** Nobody can have heard it, or nobody answered in a way that counts. */
function isSilence(result: Result<unknown>): boolean {
  if (result.class === 'refused') return result.stage === 'notSent' && result.reason === 'misDown'
  return result.class === 'unknown' && ['timeout', 'broken', 'http5xx'].includes(result.cause)
}
