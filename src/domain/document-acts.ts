// What can be done to a document, and what it waits for: one table of operations by kind and state, for every page.

import { type DocumentAction, type DocumentKind, documentKinds, type Step, stepOf } from './document-life.ts'

/** The action of the document's life that an operation takes; or the states it is possible in, and who may then. */
type Act<K extends DocumentKind> = DocumentAction<K> | { states: readonly string[]; by?: Step['by'] }

const editable = { states: ['draft', 'rejected', 'withdrawn'], by: 'author' } as const

const acts: { readonly [K in DocumentKind]: Readonly<Record<string, Act<K>>> } = {
  ZK: {
    'cardMaking.update': editable,
    'cardMaking.submit': 'submit',
    'cardMaking.withdraw': 'withdraw',
    'cardMaking.approve': 'approve',
    'cardMaking.reject': 'reject',
    'cardMaking.generate': 'startGenerating',
    'cardMaking.download': { states: ['generated', 'sent'] },
    'cardMaking.downloadGrant': { states: ['generated', 'sent'] },
    'cardMaking.markSent': 'markSent',
    'stockIn.create': { states: ['sent', 'partlyStocked'] },
    'cardMaking.cancel': 'cancel',
    'cardMaking.discard': 'discard',
    'cardMaking.terminate': 'terminate',
  },
  RK: {
    'stockIn.upload': 'startComparing',
    'stockIn.inspect': { states: ['toInspect', 'sentBack'], by: 'author' },
    'stockIn.submit': 'submit',
    'stockIn.spotCheck': { states: ['toAccept'] },
    'stockIn.accept': 'accept',
    'stockIn.sendBack': 'sendBack',
    'stockIn.cancel': 'cancel',
    'stockIn.discard': 'discard',
  },
  ZF: {
    'cardVoid.update': editable,
    'cardVoid.submit': 'submit',
    'cardVoid.withdraw': 'withdraw',
    'cardVoid.approve': 'approve',
    'cardVoid.reject': 'reject',
    'cardVoid.execute': 'execute',
    'cardVoid.sendBack': 'sendBack',
    'cardVoid.cancel': 'cancel',
    'cardVoid.discard': 'discard',
    'custody.move': { states: ['voided'] },
    'custody.destroy': 'destroy',
  },
  PD: {
    'stocktake.snapshot': 'snapshot',
    'stocktake.scan': { states: ['counting'] },
    'stocktake.submit': 'submit',
    'stocktake.recount': 'recount',
    'stocktake.review': 'review',
    'stocktake.resolve': { states: ['resolving'] },
    'stocktake.close': 'close',
    'stocktake.cancel': 'cancel',
    'stocktake.discard': 'discard',
  },
  LS: {
    'stationDraw.update': editable,
    'stationDraw.submit': 'submit',
    'stationDraw.withdraw': 'withdraw',
    'stationDraw.approve': 'approve',
    'stationDraw.reject': 'reject',
    'stationDraw.extend': { states: ['approved'] },
    'stationDraw.changeReceiver': { states: ['pendingApproval', 'approved'] },
    'stationDraw.prepare': { states: ['approved'], by: 'executor' },
    'stationDraw.cancel': 'cancel',
    'stationDraw.discard': 'discard',
  },
  CK: {
    'stationDraw.scan': { states: ['picking', 'toCheck', 'checked'] },
    'stationDraw.confirmCheck': 'confirmCheck',
    'stationDraw.issue': 'issue',
    'stationDraw.cancelIssue': 'cancel',
    'stationDraw.accept': 'accept',
    'stationDraw.refuse': 'acceptPart',
    'stationDraw.urge': { states: ['inTransit'] },
    'stationDraw.settle': 'settle',
  },
  FS: {
    'stationReturn.update': editable,
    'stationReturn.submit': 'submit',
    'stationReturn.withdraw': 'withdraw',
    'stationReturn.approve': 'approve',
    'stationReturn.reject': 'reject',
    'stationReturn.prepare': { states: ['approved'], by: 'executor' },
    'stationReturn.cancel': 'cancel',
    'stationReturn.discard': 'discard',
  },
  FK: {
    'stationReturn.scan': { states: ['inspecting'] },
    'stationReturn.takeIn': 'takeIn',
    'stationReturn.sendBack': 'sendBack',
    'stationReturn.cancelReturn': 'cancel',
  },
  SK: {
    'sellerPurchase.scan': { states: ['draft'], by: 'author' },
    'sellerPurchase.confirmCheck': { states: ['draft'], by: 'author' },
    'sellerPurchase.execute': 'execute',
    'sellerPurchase.discard': 'discard',
  },
  TK: {
    'sellerReturn.scan': { states: ['draft'], by: 'author' },
    'sellerReturn.execute': 'execute',
    'sellerReturn.discard': 'discard',
  },
  DS: {},
  KF: {
    'cardService.approve': 'approve',
    'cardService.reject': 'reject',
    'cardService.cancel': 'cancel',
    'cardService.acknowledge': 'acknowledge',
  },
}

/** What a document waits for in a state: the one operation that takes it on. Whose turn it is follows from that. */
const awaited: Readonly<Record<DocumentKind, Readonly<Record<string, string>>>> = {
  ZK: {
    draft: 'cardMaking.submit',
    rejected: 'cardMaking.submit',
    withdrawn: 'cardMaking.submit',
    pendingApproval: 'cardMaking.approve',
    approved: 'cardMaking.generate',
    generated: 'cardMaking.markSent',
    sent: 'stockIn.create',
    partlyStocked: 'stockIn.create',
  },
  RK: {
    draft: 'stockIn.upload',
    toInspect: 'stockIn.submit',
    sentBack: 'stockIn.submit',
    toAccept: 'stockIn.accept',
  },
  ZF: {
    draft: 'cardVoid.submit',
    rejected: 'cardVoid.submit',
    withdrawn: 'cardVoid.submit',
    pendingApproval: 'cardVoid.approve',
    approved: 'cardVoid.execute',
  },
  PD: {
    draft: 'stocktake.snapshot',
    counting: 'stocktake.submit',
    toReview: 'stocktake.review',
    resolving: 'stocktake.resolve',
  },
  LS: {
    draft: 'stationDraw.submit',
    rejected: 'stationDraw.submit',
    withdrawn: 'stationDraw.submit',
    pendingApproval: 'stationDraw.approve',
    approved: 'stationDraw.prepare',
  },
  CK: {
    picking: 'stationDraw.scan',
    toCheck: 'stationDraw.confirmCheck',
    checked: 'stationDraw.issue',
    inTransit: 'stationDraw.accept',
    partlyAccepted: 'stationDraw.settle',
  },
  FS: {
    draft: 'stationReturn.submit',
    rejected: 'stationReturn.submit',
    withdrawn: 'stationReturn.submit',
    pendingApproval: 'stationReturn.approve',
    approved: 'stationReturn.prepare',
  },
  FK: { inspecting: 'stationReturn.takeIn' },
  SK: { draft: 'sellerPurchase.execute' },
  TK: { draft: 'sellerReturn.execute' },
  DS: {},
  KF: { rejected: 'cardService.cancel', pendingApproval: 'cardService.approve', reported: 'cardService.acknowledge' },
}

export interface PossibleAct {
  operation: string
  /** States in which it is possible. */
  states: readonly string[]
  /** Whom it makes author, approver or executor, or who alone may. */
  by: Step['by']
}

/** Every operation on documents of a kind. */
export function actsOf(kind: DocumentKind): readonly PossibleAct[] {
  return Object.entries(acts[kind]).map(([operation, act]) => {
    if (typeof act !== 'string') return { operation, states: act.states, by: act.by ?? null }
    const { from, by } = stepOf(kind, act)
    return { operation, states: from, by }
  })
}

/** The operation that a document waits for; undefined where it is at its end, or waits for the product or another document. */
export function nextAct(kind: DocumentKind, state: string): PossibleAct | undefined {
  const operation = awaited[kind][state]
  return actsOf(kind).find(act => act.operation === operation)
}

/** Every state of every kind in which somebody is waited for. */
export function awaitedActs(): readonly (PossibleAct & { kind: DocumentKind; state: string })[] {
  return documentKinds.flatMap(kind =>
    Object.keys(awaited[kind]).flatMap(state => {
      const act = nextAct(kind, state)
      return act ? [{ ...act, kind, state }] : []
    }),
  )
}
