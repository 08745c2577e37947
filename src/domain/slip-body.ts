// The fields of a slip that stand in a document's body, one table by slip; a body without one of them leaves it blank.

import { maskMiddle } from '../kernel/redact.ts'
import { serviceReasons } from './card-service.ts'
import { yuan } from './money.ts'
import type { SlipName } from './slip-layout.ts'
import {
  confirmedWords,
  countWords,
  inspectionWords,
  paymentWords,
  returnReasonWords,
  serviceWords,
  voidMoneyWords,
  voidReasonWords,
} from './slip-words.ts'

export interface SlipField {
  label: string
  value: string
}

interface BodyField {
  label: string
  /** Where it stands in the body. */
  at: string
  words?: Readonly<Record<string, string>>
  as?: 'yuan' | 'masked' | 'maskedName' | 'flag'
}

const receiver = (at: string, label: string): BodyField[] => [
  { label, at: `${at}.name` },
  { label: `${label}工号`, at: `${at}.staffNo` },
]
const jointCheck: BodyField[] = [
  { label: '联合检验', at: 'jointCheck.confirmed', words: confirmedWords },
  { label: '检验签认', at: 'jointCheck.by' },
]

const table: Partial<Record<SlipName, readonly BodyField[]>> = {
  ZK: [
    { label: '预计到货日', at: 'expectedOn' },
    { label: '用途', at: 'purpose' },
  ],
  RK: [
    { label: '到货次数', at: 'deliveryNo' },
    { label: '文件', at: 'fileName' },
    { label: '检验方式', at: 'inspection.method', words: inspectionWords },
    { label: '抽检（%）', at: 'inspection.samplePercent' },
    { label: '存放位置', at: 'inspection.storage' },
  ],
  differences: [
    { label: '到货次数', at: 'deliveryNo' },
    { label: '文件', at: 'fileName' },
  ],
  ZF: [
    { label: '原因', at: 'reason', words: voidReasonWords },
    { label: '有无实物', at: 'physical', as: 'flag' },
    { label: '经过', at: 'story' },
    { label: '资金处理', at: 'money.treatment', words: voidMoneyWords },
    { label: '资金凭据', at: 'money.reference' },
    { label: '责任人', at: 'responsible.name' },
    { label: '保管位置', at: 'custody.location' },
    { label: '保管人', at: 'custody.keeper.name' },
    { label: '封存号', at: 'custody.sealNo' },
  ],
  PD: [
    { label: '方式', at: 'method', words: countWords },
    { label: '监盘人', at: 'supervisor.name' },
  ],
  countSheet: [
    { label: '方式', at: 'method', words: countWords },
    { label: '监盘人', at: 'supervisor.name' },
  ],
  LS: [...receiver('receiver', '领卡员'), { label: '期望领取日', at: 'wantedOn' }, { label: '用途', at: 'purpose' }],
  CK: [
    { label: '联合检验', at: 'check.how', words: confirmedWords },
    { label: '检验签认', at: 'check.by' },
    { label: '检验结论', at: 'check.conclusion' },
    { label: '封签号', at: 'sealNo' },
    { label: '少发原因', at: 'shortReason' },
    { label: '所验收人', at: 'acceptance.by' },
  ],
  FS: [{ label: '原因', at: 'reason', words: returnReasonWords }, ...receiver('sender', '送卡人')],
  FK: [{ label: '检验人', at: 'inspector.name' }],
  SK: [
    { label: '售卡员/营业厅', at: 'sellerName' },
    { label: '收款方式', at: 'payment.method', words: paymentWords },
    { label: '实收（元）', at: 'payment.amountFen', as: 'yuan' },
    { label: '转账流水号', at: 'payment.reference' },
    ...jointCheck,
    { label: '本单后欠款（元）', at: 'after.owedFen', as: 'yuan' },
  ],
  TK: [
    { label: '售卡员/营业厅', at: 'sellerName' },
    { label: '本单后欠款（元）', at: 'after.owedFen', as: 'yuan' },
  ],
  DS: [
    { label: '售卡员/营业厅', at: 'sellerName' },
    { label: '购卡人', at: 'buyer.name', as: 'maskedName' },
    { label: '电话', at: 'buyer.phone', as: 'masked' },
  ],
  KF: [
    { label: '业务', at: 'service', words: serviceWords },
    { label: '原因', at: 'reason', words: serviceReasons },
    { label: '申请人', at: 'applicant.name', as: 'maskedName' },
    { label: '证件号', at: 'applicant.identityNo', as: 'masked' },
    { label: '电话', at: 'applicant.phone', as: 'masked' },
    { label: '新有效期', at: 'expiresOn' },
    { label: '解除的冻结单', at: 'lifted' },
    { label: '新卡来自', at: 'exchange.sellerName' },
    { label: '旧卡作废单', at: 'exchange.voidDocumentNo' },
    { label: '旧卡保管位置', at: 'exchange.custody.location' },
  ],
}

/** What the body says, in the order of the table; blanks are left out. */
export function bodyFields(slip: SlipName, body: unknown): SlipField[] {
  return (table[slip] ?? []).flatMap(({ label, at, words, as }) => {
    const value = shown(read(body, at), words, as)
    return value === '' ? [] : [{ label, value }]
  })
}

/** What stands at a path of a body, which may be of an earlier make. */
export function read(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body)
}

export function readText(body: unknown, path: string): string {
  return shown(read(body, path))
}

/** The members of a list in a body; none where there is no list. */
export function readList(body: unknown, path: string): readonly unknown[] {
  const value = read(body, path)
  return Array.isArray(value) ? value : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown, words?: Readonly<Record<string, string>>, as?: BodyField['as']): string {
  if (as === 'flag') return typeof value === 'boolean' ? (value ? '有' : '无') : ''
  if (Array.isArray(value)) return value.map(part => shown(part, words, as)).join('、')
  if (typeof value === 'number') return as === 'yuan' ? yuan(value) : String(value)
  if (typeof value !== 'string') return ''
  if (as === 'masked') return maskMiddle(value)
  if (as === 'maskedName') return value === '' ? '' : `${value.slice(0, 1)}**`
  return words?.[value] ?? value
}
