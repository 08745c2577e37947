// What operations are handed besides their transaction, and the three ways to write one.

import type { BillingConnector } from '../mis/connector.ts'
import { operationsFor, type Context as KernelContext, type TxContext } from '../kernel/operation.ts'
import type { FileStore } from './file-store.ts'
import type { PinVault } from './pin.ts'

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
  postTimeoutMs: number
  queryTimeoutMs: number
}

export interface GuessLimits {
  wrongPinsPerCaller: number
  callerLockMs: number
  wrongPinsWithheld: number
  withheldWindowMs: number
  wrongPinsPerCard: number
  rechargesPerAccountDay: number
}

export interface Services {
  node: string
  pins: PinVault
  files: FileStore
  billing: (countyId: number) => BillingConnector
  times: PostingTimes
  limits: GuessLimits
  sessionHours: number
  auditKey: Buffer
  demonstration: boolean
}

export const { command, query, remote } = operationsFor<Services>()
export type Context = KernelContext<Services>
export type CommandContext = TxContext<Services>
