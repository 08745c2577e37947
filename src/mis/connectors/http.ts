// Profile 1: the billing system over HTTP and JSON, every message and answer signed.

import type { BillingConnector, Capabilities, ConnectorSettings } from '../connector.ts'
import { type AnswerOf, answerSchemas } from '../wire/answers.ts'
import { notSent } from './classify.ts'
import { queryByHistory } from './history-query.ts'
import { httpPostings } from './http-postings.ts'
import { httpReads } from './http-reads.ts'
import { openHttpSession } from './http-session.ts'

const ownCapabilities: Capabilities = {
  query: 'native',
  dedup: 'sticky',
  notFoundIsFinal: true,
  close: 'native',
  reversal: 'sameDay',
  itemsRequired: false,
  partialAllowed: true,
  prepayAllowed: true,
  dayControl: 'clock',
}

/** `capabilities`: where this billing system differs from the reference. What it cannot do is not sent. */
export function createHttpConnector(
  settings: ConnectorSettings,
  capabilities: Partial<Capabilities> = {},
): BillingConnector {
  const own = { ...ownCapabilities, ...capabilities }
  const session = openHttpSession(settings)
  const reads = httpReads(settings, session)
  const postings = httpPostings(settings, session)
  return {
    capabilities: own,
    ...reads,
    postRecharge: postings.postRecharge,

    async queryPosting(posting, options) {
      if (own.query === 'none') return notSent('misDown', 'this billing system cannot be asked for a serial')
      if (own.query === 'history') return queryByHistory(reads.paymentHistory, posting, options)
      return postings.queryPosting(posting, options)
    },

    async closeSerial(posting, options) {
      if (own.close !== 'native') return notSent('misDown', 'this billing system cannot close a serial')
      return postings.closeSerial(posting, options)
    },

    async reverse(reversal, options) {
      if (own.reversal === 'none') return notSent('misDown', 'this billing system knows no reversal')
      return postings.reverse(reversal, options)
    },

    dayTotals(acctDate, options) {
      const { dayTotals: schema } = answerSchemas
      const echoes = (data: AnswerOf<'dayTotals'>) => data.acctDate === acctDate
      return session.call({ operation: 'dayTotals', lane: 'query', schema, fields: { acctDate }, echoes }, options)
    },

    heartbeat(options) {
      const { heartbeat: schema } = answerSchemas
      return session.call({ operation: 'heartbeat', lane: 'beside', schema, fields: {}, echoes: () => true }, options)
    },

    signIn: session.signIn,

    signOut(options) {
      const { signOut: schema } = answerSchemas
      return session.call({ operation: 'signOut', lane: 'query', schema, fields: {}, echoes: () => true }, options)
    },

    async close() {
      session.close()
    },
  }
}
