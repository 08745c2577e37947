// The life of every document (单据): its states and the actions between them, one table for each kind.

/**
 * `by`: whom the action makes author, approver or executor. The first action out of `draft` gives the number, except
 * `discard`, which puts a draft away.
 */
const life = {
  /** 制卡批次 */
  ZK: {
    submit: { from: ['draft', 'rejected', 'withdrawn'], to: 'pendingApproval', by: 'author' },
    withdraw: { from: ['pendingApproval'], to: 'withdrawn', by: 'author' },
    approve: { from: ['pendingApproval'], to: 'approved', by: 'approver' },
    /** Where the county asks for no approval. */
    waiveApproval: { from: ['pendingApproval'], to: 'approved', by: null },
    reject: { from: ['pendingApproval'], to: 'rejected', by: 'approver' },
    startGenerating: { from: ['approved'], to: 'generating', by: 'executor' },
    abandon: { from: ['generating'], to: 'approved', by: null },
    finishGenerating: { from: ['generating'], to: 'generated', by: null },
    markSent: { from: ['generated'], to: 'sent', by: null },
    startChecking: { from: ['sent', 'partlyStocked'], to: 'checking', by: null },
    nothingStocked: { from: ['checking'], to: 'sent', by: null },
    stockPart: { from: ['checking'], to: 'partlyStocked', by: null },
    stockAll: { from: ['checking'], to: 'done', by: null },
    /** Before the file went to the manufacturer. */
    cancel: { from: ['rejected', 'withdrawn', 'pendingApproval', 'approved', 'generated'], to: 'cancelled', by: null },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
    /** After: the numbers still to come are rejected. */
    terminate: { from: ['sent', 'partlyStocked'], to: 'terminated', by: null },
  },
  /** 入库单 */
  RK: {
    startComparing: { from: ['draft', 'toInspect', 'sentBack'], to: 'comparing', by: 'author' },
    compared: { from: ['comparing'], to: 'toInspect', by: null },
    comparisonFailed: { from: ['comparing'], to: 'draft', by: null },
    submit: { from: ['toInspect', 'sentBack'], to: 'toAccept', by: 'author' },
    sendBack: { from: ['toAccept'], to: 'sentBack', by: null },
    accept: { from: ['toAccept'], to: 'stocked', by: 'executor' },
    /** A draft with a number is one whose comparison failed. */
    cancel: { from: ['draft', 'toInspect', 'sentBack'], to: 'cancelled', by: 'author' },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 作废单 */
  ZF: {
    submit: { from: ['draft', 'rejected', 'withdrawn'], to: 'pendingApproval', by: 'author' },
    withdraw: { from: ['pendingApproval'], to: 'withdrawn', by: 'author' },
    approve: { from: ['pendingApproval'], to: 'approved', by: 'approver' },
    reject: { from: ['pendingApproval'], to: 'rejected', by: 'approver' },
    sendBack: { from: ['approved'], to: 'rejected', by: null },
    execute: { from: ['approved'], to: 'voided', by: 'executor' },
    /** Cards refused on the road, by the settlement of their issue: the station has said so, finance ends the transit. */
    voidAtOnce: { from: ['draft'], to: 'voided', by: 'executor' },
    destroy: { from: ['voided'], to: 'destroyed', by: null },
    cancel: { from: ['rejected', 'withdrawn'], to: 'cancelled', by: 'author' },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 盘点单 */
  PD: {
    snapshot: { from: ['draft'], to: 'counting', by: null },
    submit: { from: ['counting'], to: 'toReview', by: 'author' },
    recount: { from: ['toReview'], to: 'counting', by: null },
    review: { from: ['toReview'], to: 'resolving', by: 'executor' },
    close: { from: ['resolving'], to: 'done', by: 'executor' },
    cancel: { from: ['counting'], to: 'cancelled', by: 'author' },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 领卡申请单 */
  LS: {
    submit: { from: ['draft', 'rejected', 'withdrawn'], to: 'pendingApproval', by: 'author' },
    withdraw: { from: ['pendingApproval'], to: 'withdrawn', by: 'author' },
    cancel: { from: ['rejected', 'withdrawn'], to: 'cancelled', by: 'author' },
    approve: { from: ['pendingApproval'], to: 'approved', by: 'approver' },
    reject: { from: ['pendingApproval'], to: 'rejected', by: 'approver' },
    issue: { from: ['approved'], to: 'issued', by: null },
    finish: { from: ['issued'], to: 'done', by: null },
    expire: { from: ['approved'], to: 'expired', by: null },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 出库单 */
  CK: {
    prepare: { from: ['draft'], to: 'picking', by: null },
    /** Scanned, but not all of it; what was confirmed before is confirmed again. */
    pickPart: { from: ['picking', 'toCheck', 'checked'], to: 'picking', by: null },
    pick: { from: ['picking', 'toCheck', 'checked'], to: 'toCheck', by: null },
    confirmCheck: { from: ['toCheck'], to: 'checked', by: null },
    issue: { from: ['checked'], to: 'inTransit', by: 'executor' },
    accept: { from: ['inTransit'], to: 'accepted', by: null },
    acceptPart: { from: ['inTransit'], to: 'partlyAccepted', by: null },
    /** Every refused card is taken back or voided. */
    settle: { from: ['partlyAccepted'], to: 'settled', by: null },
    cancel: { from: ['picking', 'toCheck', 'checked'], to: 'cancelled', by: null },
  },
  /** 返卡申请单 */
  FS: {
    submit: { from: ['draft', 'rejected', 'withdrawn'], to: 'pendingApproval', by: 'author' },
    withdraw: { from: ['pendingApproval'], to: 'withdrawn', by: 'author' },
    cancel: { from: ['rejected', 'withdrawn'], to: 'cancelled', by: 'author' },
    approve: { from: ['pendingApproval'], to: 'approved', by: 'approver' },
    reject: { from: ['pendingApproval'], to: 'rejected', by: 'approver' },
    finish: { from: ['approved'], to: 'done', by: null },
    expire: { from: ['approved'], to: 'expired', by: null },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 返卡单 */
  FK: {
    prepare: { from: ['draft'], to: 'inspecting', by: null },
    takeIn: { from: ['inspecting'], to: 'takenIn', by: 'executor' },
    takeInPart: { from: ['inspecting'], to: 'partlyTakenIn', by: 'executor' },
    sendBack: { from: ['inspecting'], to: 'sentBack', by: 'executor' },
    cancel: { from: ['inspecting'], to: 'cancelled', by: null },
  },
  /** 售卡单 */
  SK: {
    execute: { from: ['draft'], to: 'sold', by: 'executor' },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 退卡单 */
  TK: {
    execute: { from: ['draft'], to: 'returned', by: 'executor' },
    discard: { from: ['draft'], to: 'discarded', by: 'author' },
  },
  /** 售出登记单: a seller or hall enters a sale to a customer. */
  DS: {
    execute: { from: ['draft'], to: 'sold', by: 'executor' },
  },
  /** 卡片业务受理单: freeze, thaw, unlock, extend, exchange. */
  KF: {
    execute: { from: ['draft'], to: 'done', by: 'executor' },
    /** A seller's report of a loss: frozen at once, and taken up by its station. */
    report: { from: ['draft'], to: 'reported', by: 'author' },
    acknowledge: { from: ['reported'], to: 'done', by: 'executor' },
    /** Over the county's limit a second person of finance decides. */
    submit: { from: ['draft', 'rejected'], to: 'pendingApproval', by: 'author' },
    approve: { from: ['pendingApproval'], to: 'done', by: 'approver' },
    reject: { from: ['pendingApproval'], to: 'rejected', by: 'approver' },
    cancel: { from: ['rejected', 'pendingApproval'], to: 'cancelled', by: 'author' },
  },
} as const satisfies Record<string, Record<string, Step>>

export interface Step {
  from: readonly string[]
  to: string
  by: 'author' | 'approver' | 'executor' | null
}

export type DocumentKind = keyof typeof life
export type DocumentAction<K extends DocumentKind> = keyof (typeof life)[K] & string

export const documentKinds = Object.keys(life) as readonly DocumentKind[]

/** What an action does to a document of this kind. */
export function stepOf(kind: DocumentKind, action: string): Step {
  const steps: Record<string, Step> = life[kind]
  const step = steps[action]
  if (!step) throw new Error(`${kind} has no action ${action}`)
  return step
}

/** Every action of a kind with its states, for tests and pages that draw the life of a document. */
export function stepsOf(kind: DocumentKind): readonly (Step & { action: string })[] {
  return Object.entries(life[kind] as Record<string, Step>).map(([action, step]) => ({ action, ...step }))
}

/** States in which a document is at its end. */
export function endStates(kind: DocumentKind): readonly string[] {
  const steps = stepsOf(kind)
  return [...new Set(steps.map(step => step.to))].filter(state => !steps.some(step => step.from.includes(state)))
}
