// What codes are called in files: states, kinds and ways, in Chinese and English.

import type { Words } from './columns.ts'

type Table = Readonly<Record<string, Words>>

export const cardStateWords: Table = {
  county: ['县公司', 'county'],
  station: ['供电所', 'station'],
  seller: ['售卡员', 'seller'],
  customer: ['客户', 'customer'],
  used: ['已使', 'used'],
  void: ['作废', 'void'],
}

export const movementKindWords: Table = {
  stockIn: ['制卡入库', 'stock-in'],
  draw: ['领卡', 'draw'],
  accept: ['验收', 'acceptance'],
  stationReturn: ['返卡', 'station return'],
  purchase: ['购卡', 'purchase'],
  sellerReturn: ['退卡', 'seller return'],
  sale: ['售出', 'sale'],
  recharge: ['充值', 'recharge'],
  void: ['作废', 'void'],
}

export const documentKindWords: Table = {
  ZK: ['制卡批次', 'batch'],
  RK: ['入库单', 'stock-in'],
  ZF: ['作废单', 'void'],
  PD: ['盘点单', 'stocktake'],
  LS: ['领卡申请单', 'draw application'],
  CK: ['出库单', 'issue'],
  FS: ['返卡申请单', 'return application'],
  FK: ['返卡单', 'station return'],
  SK: ['售卡单', 'seller purchase'],
  TK: ['退卡单', 'seller return'],
  DS: ['售出登记单', 'sale'],
  KF: ['卡片业务受理单', 'card service'],
  DZ: ['对账单', 'reconciliation'],
  CZ: ['冲正单', 'reversal'],
}

export const documentStateWords: Table = {
  draft: ['草稿', 'draft'],
  discarded: ['已删除', 'put away'],
  pendingApproval: ['待审批', 'to approve'],
  approved: ['已批准', 'approved'],
  rejected: ['已驳回', 'rejected'],
  withdrawn: ['已撤回', 'withdrawn'],
  cancelled: ['已撤销', 'cancelled'],
  generating: ['生成中', 'generating'],
  generated: ['已生成', 'generated'],
  sent: ['已发厂', 'sent'],
  checking: ['核对中', 'checking'],
  partlyStocked: ['部分入库', 'partly stocked'],
  terminated: ['已终止', 'terminated'],
  comparing: ['核对中', 'comparing'],
  toInspect: ['待检验', 'to inspect'],
  toAccept: ['待复验', 'to accept'],
  sentBack: ['已退回', 'sent back'],
  stocked: ['已入库', 'stocked'],
  voided: ['已作废', 'voided'],
  destroyed: ['已销毁', 'destroyed'],
  counting: ['盘点中', 'counting'],
  toReview: ['待复核', 'to review'],
  resolving: ['处理差异', 'resolving'],
  issued: ['已出库', 'issued'],
  expired: ['已过期', 'expired'],
  picking: ['配卡', 'picking'],
  toCheck: ['待联检', 'to check'],
  checked: ['已联检', 'checked'],
  inTransit: ['在途', 'in transit'],
  accepted: ['已验收', 'accepted'],
  partlyAccepted: ['部分验收', 'partly accepted'],
  settled: ['已结清', 'settled'],
  inspecting: ['检验中', 'inspecting'],
  takenIn: ['已入县库', 'taken in'],
  partlyTakenIn: ['部分退回', 'partly taken in'],
  sold: ['已售', 'sold'],
  reported: ['待受理', 'reported'],
  returned: ['已退', 'returned'],
  done: ['已完成', 'done'],
}

export const rechargeStateWords: Table = {
  initial: ['初始', 'initial'],
  succeeded: ['成功', 'succeeded'],
  failed: ['失败', 'failed'],
  doubtful: ['可疑', 'doubtful'],
}

export const channelWords: Table = {
  voice: ['电话', 'telephone'],
  sms: ['短信', 'SMS'],
  web: ['网上', 'web'],
  desk: ['柜台', 'desk'],
}

export const postingOutcomeWords: Table = {
  open: ['未结', 'open'],
  accepted: ['已入账', 'accepted'],
  refused: ['被拒绝', 'refused'],
  closed: ['已关闭', 'closed'],
  neverArrived: ['未到达', 'never arrived'],
}
