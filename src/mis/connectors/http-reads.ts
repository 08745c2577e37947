// The reads of profile 1: account, bills, payment history.

import type { BillingAccount, BillingConnector, ConnectorSettings } from '../connector.ts'
import { type AnswerOf, answerSchemas } from '../wire/answers.ts'
import { reasonOf } from './classify.ts'
import type { HttpSession } from './http-session.ts'

type Reads = Pick<BillingConnector, 'findAccount' | 'billsDue' | 'paymentHistory'>

export function httpReads(settings: ConnectorSettings, session: HttpSession): Reads {
  return {
    async findAccount(accountNo, options) {
      const { findAccount: schema } = answerSchemas
      const echoes = (data: AnswerOf<'findAccount'>) => data.accountNo === accountNo
      const asked = await session.read({ operation: 'findAccount', schema, fields: { accountNo }, echoes }, options)
      return asked.class === 'accepted' ? { class: 'accepted', data: toAccount(settings, asked.data) } : asked
    },

    billsDue(request, options) {
      const { billsDue: schema } = answerSchemas
      return session.read({ operation: 'billsDue', schema, fields: request, echoes: () => true }, options)
    },

    async paymentHistory(request, options) {
      const { paymentHistory: schema } = answerSchemas
      const ask = { operation: 'paymentHistory', schema, fields: request, echoes: () => true } as const
      const asked = await session.read(ask, options)
      if (asked.class !== 'accepted') return asked
      const lines = asked.data.lines.map(({ serial, ...line }) =>
        serial === undefined ? line : { ...line, transactionSerial: serial },
      )
      return { class: 'accepted', data: { lines, hasMore: asked.data.hasMore } }
    },
  }
}

function toAccount(settings: ConnectorSettings, data: AnswerOf<'findAccount'>): BillingAccount {
  const { reason: code, ...acceptance } = data.acceptance
  const reason = code === undefined ? undefined : reasonOf(settings, 'findAccount', code)
  return { ...data, acceptance: reason === undefined ? acceptance : { ...acceptance, reason } }
}
