// What moves or settles money in profile 1: post, ask for a serial, close it, reverse.

import type {
  BillingConnector,
  CallOptions,
  ConnectorSettings,
  FrozenPosting,
  PostingIdentity,
  PostingStateAnswer,
  Result,
  ReversalRequest,
} from '../connector.ts'
import { type AnswerOf, answerSchemas } from '../wire/answers.ts'
import { wireText } from '../wire/text.ts'
import { reasonOf } from './classify.ts'
import type { HttpSession } from './http-session.ts'

type Postings = Pick<BillingConnector, 'postRecharge' | 'queryPosting' | 'closeSerial' | 'reverse'>

export function httpPostings(settings: ConnectorSettings, session: HttpSession): Postings {
  return {
    async postRecharge(posting, expiresAt, options) {
      const { postRecharge: schema } = answerSchemas
      const asked = await session.call(
        {
          ...{ operation: 'postRecharge', lane: 'posting', messageId: posting.transactionSerial, schema },
          fields: postingFields(posting, expiresAt),
          echoes: data => isEcho(posting, data),
          ...(posting.operator === undefined ? {} : { operator: posting.operator }),
        },
        options,
      )
      return asked.class === 'accepted' ? { class: 'accepted', data: toPosted(asked.data) } : asked
    },

    queryPosting: (posting, options) => askState(settings, session, 'queryPosting', posting, options),
    closeSerial: (posting, options) => askState(settings, session, 'closeSerial', posting, options),

    async reverse(reversal, options) {
      const { transactionSerial, originalTransactionSerial } = reversal
      const { reverse: schema } = answerSchemas
      const asked = await session.call(
        {
          ...{ operation: 'reverse', lane: 'posting', messageId: transactionSerial, schema },
          fields: reversalFields(reversal),
          echoes: data => data.serial === transactionSerial && data.origSerial === originalTransactionSerial,
        },
        options,
      )
      if (asked.class !== 'accepted') return asked
      const { serial, origSerial: _, ...data } = asked.data
      return { class: 'accepted', data: { transactionSerial: serial, ...data } }
    },
  }
}

async function askState(
  settings: ConnectorSettings,
  session: HttpSession,
  operation: 'queryPosting' | 'closeSerial',
  posting: PostingIdentity,
  options: CallOptions,
): Promise<Result<PostingStateAnswer>> {
  const identity = identityOf(posting)
  const closes = operation === 'closeSerial'
  const asked = await session.call(
    {
      ...{ operation, lane: 'query', schema: answerSchemas[operation] },
      fields: closes ? identity : { ...identity, acctDate: posting.acctDate },
      echoes: data => isEcho(posting, data),
      ...(closes ? { messageId: posting.transactionSerial } : {}),
    },
    options,
  )
  if (asked.class !== 'accepted') return asked
  const data = asked.data
  if (data.postingState === 'posted' || data.postingState === 'reversed') {
    return { class: 'accepted', data: { postingState: data.postingState, posted: toPosted(data) } }
  }
  if (data.postingState !== 'refused') return { class: 'accepted', data: { postingState: data.postingState } }
  const reason = reasonOf(settings, operation, data.reason)
  if (!reason) return { class: 'unknown', cause: 'unmappedCode', code: data.reason }
  return { class: 'accepted', data: { postingState: 'refused', reason, code: data.reason } }
}

function identityOf(posting: PostingIdentity) {
  return { serial: posting.transactionSerial, accountNo: posting.accountNo, amountFen: posting.amountFen }
}

function isEcho(posting: PostingIdentity, data: { serial: string; accountNo: string; amountFen: number }): boolean {
  const { serial, accountNo, amountFen } = identityOf(posting)
  return data.serial === serial && data.accountNo === accountNo && data.amountFen === amountFen
}

function postingFields(posting: FrozenPosting, expiresAt: string): Record<string, unknown> {
  const { acctDate, cardTail, channelKind, items } = posting
  return { ...identityOf(posting), acctDate, expiresAt, cardTail, channelKind, ...(items ? { items } : {}) }
}

function reversalFields(reversal: ReversalRequest): Record<string, unknown> {
  const { transactionSerial, originalTransactionSerial, originalAcctDate, reason, ...rest } = reversal
  const origins = { origSerial: originalTransactionSerial, origAcctDate: originalAcctDate }
  return { serial: transactionSerial, ...origins, ...rest, reason: wireText(reason, 64) }
}

type WirePosted = AnswerOf<'postRecharge'> & { postingState?: unknown }

function toPosted({ serial, accountNo: _account, amountFen: _amount, postingState: _state, ...rest }: WirePosted) {
  return { transactionSerial: serial, ...rest }
}
