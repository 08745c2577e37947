// What the parts of the connector contract share.

import type { BillingConnector, ConnectorSettings, FrozenPosting, Result } from '../connector.ts'
import type { MisAdmin } from '../simulator/admin-client.ts'

export const options = { timeoutMs: 5_000 }

export interface Bench {
  billing: () => BillingConnector
  /** Another connector, to be closed by whoever made it. */
  connect: (changes: Partial<ConnectorSettings>) => BillingConnector
  posting: (changes?: Partial<FrozenPosting>) => FrozenPosting
  post: (frozen: FrozenPosting, call?: { timeoutMs: number }) => ReturnType<BillingConnector['postRecharge']>
  appliedTo: (frozen: FrozenPosting) => Promise<number>
  admin: () => MisAdmin
}

export function data<T>(result: Result<T>): T {
  if (result.class !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(result)}`)
  return result.data
}

export function reversalOf(original: FrozenPosting, own: FrozenPosting) {
  return {
    transactionSerial: own.transactionSerial,
    originalTransactionSerial: original.transactionSerial,
    originalAcctDate: original.acctDate,
    ...{ accountNo: original.accountNo, amountFen: original.amountFen },
    ...{ reason: '户号输错', approver1: 'wang', approver2: 'li' },
  }
}
