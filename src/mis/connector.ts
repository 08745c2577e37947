// The port of the billing system (用电MIS): what every connector offers, and how each answer is classed.

/** Refusal reasons of the billing system, each with its own-profile code. `misDown` is ours: nothing was sent. */
export const reasonCodes = {
  accountNotFound: '1101',
  accountClosed: '1102',
  accountLocked: '1103',
  cardMeter: '1104',
  outOfArea: '1105',
  belowDue: '1106',
  aboveLimit: '1107',
  prepayNotAllowed: '1108',
  nothingDue: '1109',
  billing: '1110',
  billChanged: '1111',
  goToHall: '1112',
  dayClosed: '1201',
  busyNotProcessed: '1202',
  expired: '1203',
  serialClosed: '1204',
  originalNotFound: '1301',
  alreadyReversed: '1302',
  notSameDay: '1303',
  reversalMismatch: '1304',
  fileNotReady: '1401',
  fileBad: '1402',
  totalsDiffer: '1403',
  formatError: '2001',
  macError: '2002',
  replay: '2003',
  notSignedIn: '2004',
  channelForbidden: '2005',
} as const

export type Reason = keyof typeof reasonCodes | 'misDown'

export type UnknownCause =
  | 'timeout'
  | 'broken'
  | 'badMac'
  | 'badFormat'
  | 'mismatch'
  | 'unmappedCode'
  | 'http5xx'
  | 'serialConflict'

/**
 * Every answer is one of three. `notSent`: no byte of the message was written. `unknown` on a read means
 * "unavailable"; on a posting it means the money may have arrived.
 */
export type Result<T> =
  | { class: 'accepted'; data: T }
  | { class: 'refused'; reason: Reason; code: string; text: string; stage: 'notSent' | 'answered' }
  | { class: 'unknown'; cause: UnknownCause; code?: string }

/** What the billing system takes from a card for this account, asked before anything is held. Amounts in fen. */
export interface Acceptance {
  canPay: boolean
  reason?: Reason
  minFen: number
  maxFen: number
  partialAllowed: boolean
  prepayAllowed: boolean
}

export interface BillingAccount {
  accountNo: string
  name: string
  address: string
  orgCode: string
  orgName: string
  status: 'normal' | 'closed' | 'locked' | 'cardMeter'
  /** May be negative where the billing system nets arrears. */
  balanceFen: number
  /** Unpaid bills without late fees. */
  dueFen: number
  lateFeeFen: number
  disconnected: boolean
  acceptance: Acceptance
}

export interface BillLine {
  billId: string
  /** yyyymm */
  month: string
  amountFen: number
  lateFeeFen: number
  /** 0.01 kWh */
  energy: number
  status: 'due' | 'inProcess' | 'paid'
}

export interface BillsDue {
  totalDueFen: number
  totalLateFeeFen: number
  /** At most 12 a page. */
  lines: BillLine[]
  hasMore: boolean
}

export interface PaymentLine {
  /** yyyymmdd */
  date: string
  /** HHmmss */
  time: string
  amountFen: number
  kind: 'hall' | 'bank' | 'card' | 'other'
  misRef?: string
  transactionSerial?: string
}

export interface PaymentHistory {
  /** At most 20 a page, newest first. */
  lines: PaymentLine[]
  hasMore: boolean
}

/** What names a posting to the billing system; a reversal is asked for by its own serial in the same way. */
export interface PostingIdentity {
  /** 24 digits; `serial` on the wire. */
  transactionSerial: string
  accountNo: string
  amountFen: number
  /** yyyymmdd */
  acctDate: string
}

/** A bill a posting pays, where the billing system wants them named. */
export interface PostingItem {
  billId: string
  /** yyyymm */
  month: string
  amountFen: number
  lateFeeFen: number
}

/** What is frozen before the first send; every attempt sends it byte for byte (rule R2). */
export interface FrozenPosting extends PostingIdentity {
  /** The last four digits of the card's serial. */
  cardTail: string
  channelKind: 'voice' | 'sms' | 'web' | 'desk'
  /** Only where `itemsRequired`. */
  items?: readonly PostingItem[]
  /** The county's constant when the posting was frozen; the connector's own when absent. */
  operator?: string
}

export interface PostedAnswer {
  transactionSerial: string
  misRef: string
  /** yyyymmdd, the billing system's own accounting date. */
  settleDate: string
  /** yyyymmddHHmmssSSS, Asia/Shanghai. */
  postedAt: string
  balanceFen?: number
  settled?: { billsFen: number; lateFeeFen: number; prepaidFen: number }
  notices: string[]
}

export type PostingStateAnswer =
  | { postingState: 'posted' | 'reversed'; posted: PostedAnswer }
  | { postingState: 'refused'; reason: Reason; code: string }
  | { postingState: 'inProgress' | 'notFound' | 'closed' }

export interface ReversalRequest {
  transactionSerial: string
  originalTransactionSerial: string
  originalAcctDate: string
  accountNo: string
  amountFen: number
  reason: string
  approver1: string
  approver2: string
}

export interface ReversalAnswer {
  transactionSerial: string
  misRef: string
  settleDate: string
  balanceFen?: number
}

export interface DayTotals {
  acctDate: string
  postedCount: number
  postedFen: number
  reversedCount: number
  reversedFen: number
  dayState: 'open' | 'cut' | 'final'
}

export interface Heartbeat {
  serverTime: string
  acctDate: string
  dayState: 'open' | 'cut' | 'final'
}

/** What this billing system can do (mis-interfaces 1.5); declared per connector, checked by the contract test. */
export interface Capabilities {
  query: 'native' | 'history' | 'none'
  dedup: 'sticky' | 'acceptedOnly' | 'codeOnly' | 'none'
  notFoundIsFinal: boolean
  close: 'native' | 'undo' | 'none'
  reversal: 'sameDay' | 'anyDay' | 'none'
  itemsRequired: boolean
  partialAllowed: boolean
  prepayAllowed: boolean
  dayControl: 'clock' | 'signIn'
}

export interface SignedIn {
  acctDate: string
  serverTime: string
}

/** Whoever calls says how long it waits; `expiresAt`, which travels with a posting, is an argument of its own. */
export interface CallOptions {
  /** Longest wait for one message, connecting included. */
  timeoutMs: number
  /**
   * By the clock of `ConnectorSettings.now`: no byte is written after this moment, the call then ends notSent. For a
   * posting a few seconds after its attempt was committed, so that a process that was stopped in between stays silent (R3).
   */
  sendBefore?: number
  /** Reads only: a message that got no answer is followed by one more if so much of the caller's patience remains. */
  patience?: { totalMs: number; retryFloorMs: number }
}

export interface BillingConnector {
  readonly capabilities: Capabilities
  findAccount(accountNo: string, options: CallOptions): Promise<Result<BillingAccount>>
  billsDue(
    request: { accountNo: string; fromMonth?: string; toMonth?: string; page: number },
    options: CallOptions,
  ): Promise<Result<BillsDue>>
  paymentHistory(
    request: { accountNo: string; fromDate?: string; toDate?: string; page: number },
    options: CallOptions,
  ): Promise<Result<PaymentHistory>>
  /** `expiresAt`: yyyymmddHHmmssSSS, counted from the attempt's committed start (rule R3). */
  postRecharge(posting: FrozenPosting, expiresAt: string, options: CallOptions): Promise<Result<PostedAnswer>>
  queryPosting(posting: PostingIdentity, options: CallOptions): Promise<Result<PostingStateAnswer>>
  closeSerial(posting: PostingIdentity, options: CallOptions): Promise<Result<PostingStateAnswer>>
  reverse(reversal: ReversalRequest, options: CallOptions): Promise<Result<ReversalAnswer>>
  dayTotals(acctDate: string, options: CallOptions): Promise<Result<DayTotals>>
  heartbeat(options: CallOptions): Promise<Result<Heartbeat>>
  /** Opens the accounting day where `dayControl` is `signIn`. */
  signIn(options: CallOptions): Promise<Result<SignedIn>>
  /** Closes it; answers the date that was closed. */
  signOut(options: CallOptions): Promise<Result<{ acctDate: string }>>
  /** Ends its sockets and timers. */
  close(): Promise<void>
}

/** What a connector is told of its surroundings: nothing it needs is read from the environment. */
export interface ConnectorSettings {
  endpoint: string
  channelId: string
  /** One constant per county; every message carries it. */
  operator: string
  keyId: string
  key: Buffer
  signature: 'hmac-sha256' | 'hmac-sm3'
  /** At most this many messages under way; two are kept for postings and one for queries. */
  poolSize: number
  connectTimeoutMs: number
  /** Now, in milliseconds since the epoch; scaled clocks in tests. */
  now: () => number
  /** Called for what an operator must see: a mismatch, a code in no map, a broken signature. Text holds no names. */
  alarm: (kind: string, text: string) => void
  /** What this billing system's codes mean, where they are not those of the table above; a code not named is unknown. */
  codeMap?: Readonly<Record<string, CodeMeaning>>
  /** By default five failures to reach it in 30 s open the circuit, and a heartbeat 10 s later is its trial. */
  breaker?: BreakerSettings
  /** For an address with https: authority and own certificate in PEM. */
  tls?: { ca?: string; cert?: string; key?: string }
  /** Every message as it stood on the wire, for whoever keeps them encrypted. */
  trace?: (message: WireTrace) => void
}

export type CodeMeaning = 'accepted' | 'serialConflict' | Exclude<Reason, 'misDown'>

/** Measured on the clock of `now`. */
export interface BreakerSettings {
  failures: number
  windowMs: number
  probeAfterMs: number
}

export interface WireTrace {
  direction: 'sent' | 'received'
  operation: string
  messageId: string
  /** Milliseconds since the epoch, by `now`. */
  at: number
  bytes: Uint8Array
}
