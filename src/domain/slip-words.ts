// The Chinese words of slips, whatever the language of the pages: states, reasons and ways of doing things.

import type { DocumentKind } from './document-life.ts'
import { documentStateWords } from './listing/words.ts'

type Words = Readonly<Record<string, string>>

/** Where a slip says more than a list does, or says it of its kind. */
const ownStates: Readonly<Partial<Record<DocumentKind, Words>>> = {
  ZK: { approved: '待生成' },
  RK: { sentBack: '复验退回' },
  ZF: { approved: '待执行' },
  PD: { done: '已结束' },
  LS: { approved: '已批准·待领', issued: '已出库·在途' },
  CK: { inTransit: '已出库·在途' },
  FS: { approved: '已批准·待返', done: '已办理' },
  FK: { sentBack: '整单退回' },
  SK: { sold: '已售（已激活）' },
  TK: { returned: '已退（已停用充值）' },
  DS: { sold: '已登记售出' },
  KF: { done: '已办理' },
}

export function stateWord(kind: DocumentKind, state: string): string {
  return ownStates[kind]?.[state] ?? documentStateWords[state]?.[0] ?? state
}

export const voidReasonWords: Words = {
  printDefect: '印刷缺陷',
  pinLayerDamaged: '密码层破损',
  soiled: '污损',
  lost: '丢失',
  stolen: '被盗',
  stocktakeShort: '盘亏',
  inspectionFailed: '检验不合格',
  expired: '到期',
  other: '其他',
}

export const voidMoneyWords: Words = {
  exchange: '换卡',
  refund: '退款',
  compensation: '责任人赔偿',
  writeOff: '公司核销',
}

export const returnReasonWords: Words = {
  slow: '滞销',
  expiring: '临近到期',
  rebalance: '面值调剂',
  merged: '撤并',
  other: '其他',
}

export const badReasonWords: Words = {
  damaged: '破损',
  soiled: '污损',
  pinVisible: '密码外露',
  lost: '丢失',
  short: '短少',
  other: '其他',
}

export const paymentWords: Words = { cash: '现金', transfer: '转账', credit: '赊销', offset: '冲减欠款' }
export const confirmedWords: Words = { password: '口令确认', paper: '纸面签字' }
export const countWords: Words = { open: '明盘', blind: '盲盘' }
export const inspectionWords: Words = { all: '全检', sample: '抽检' }

export const serviceWords: Words = {
  freeze: '冻结',
  unfreeze: '解冻',
  unlock: '解锁',
  extend: '展期',
  exchange: '换卡',
}

export const differenceWords: Words = {
  missing: '缺少',
  extra: '多出',
  duplicate: '重复',
  changedPin: '密码不符',
  changedFace: '面值不符',
  reportedFaulty: '厂家报废',
  inspectionFailed: '检验不合格',
}
