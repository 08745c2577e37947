// What operations are handed besides their transaction, and the three ways to write one.

import { type Context as KernelContext, operationsFor, type TxContext } from '../kernel/operation.ts'
import type { BillingConnector } from '../mis/connector.ts'
import type { CountyKeys } from './card-file/county-keys.ts'
import type { FileStore } from './file-store.ts'
import type { PhoneAccess } from './phone-token.ts'
import type { PinVault } from './pin.ts'
import type { Settlement } from './posting.ts'

/** Times of recharges and postings, in milliseconds of the running clock. */
export interface PostingTimes {
  leaseMs: number
  expiresAfterMs: number
  /** Longest a message may live between here and the billing system's commit. */
  inflightMaxMs: number
  /** A sender later than this after its attempt began does not send. */
  sendWithinMs: number
  /** When an unknown posting is looked at again, by how often it was. */
  schedule: readonly number[]
  readTimeoutMs: number
  /** How long a caller waits for a read in all, and what must be left of it for a second try. */
  readPatience: { totalMs: number; retryFloorMs: number }
  postTimeoutMs: number
  queryTimeoutMs: number
  heartbeatTimeoutMs: number
  /** Waits before each further query while a caller waits. */
  askAgainMs: readonly number[]
}

export interface GuessLimits {
  wrongPinsPerCaller: number
  callerLockMs: number
  wrongPinsWithheld: number
  withheldWindowMs: number
  wrongPinsPerCard: number
  rechargesPerAccountDay: number
}

/** A posting sent at once for a waiting caller, and what came of it. */
export interface PostNow {
  countyId: number
  transactionSerial: string
  leaseToken: number
  budgetMs: number
}

export interface PostedNow {
  settlement: Settlement
  reason: string | null
  balanceFen: number | null
  notices: string[]
}

export interface Services {
  node: string
  pins: PinVault
  countyKeys: CountyKeys
  files: FileStore
  billing: (countyId: number) => BillingConnector
  postNow: (posting: PostNow) => Promise<PostedNow>
  times: PostingTimes
  limits: GuessLimits
  sessionHours: number
  auditKey: Buffer
  /** Under which the checks on printed slips are made. */
  slipKey: Buffer
  /** Encrypts the secrets of one-time codes. */
  signInKey: Buffer
  demonstration: boolean
  /** Who may call from a page, and the key that says so to its door. */
  phone: { access: PhoneAccess; key: Buffer }
}

export const { command, query, remote } = operationsFor<Services>()
export type Context = KernelContext<Services>
export type CommandContext = TxContext<Services>
