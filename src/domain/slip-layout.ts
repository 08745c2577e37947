// Every slip (单据): its title, copies with their colours, and who signs; a county may have its own copies and signatures.

import { z } from 'zod'
import type { Tx } from '../kernel/db.ts'
import type { DocumentKind } from './document-life.ts'

/** 白 红 黄 蓝 绿 粉 */
export const colours = ['white', 'red', 'yellow', 'blue', 'green', 'pink'] as const
const copy = z.strictObject({ name: z.string().trim().min(1).max(12), colour: z.enum(colours) })
/** Continuous three-part paper of 241 mm × 140 mm, or one page a copy. */
export const papers = ['continuous', 'a4', 'a5'] as const

export const slipLayout = z.strictObject({
  paper: z.enum(papers),
  copies: z.array(copy).min(1).max(6),
  signatures: z.array(z.string().trim().min(1).max(20)).min(1).max(8),
})
export type SlipLayout = z.infer<typeof slipLayout>

export interface SlipKind {
  kind: DocumentKind
  title: string
  copies: SlipLayout['copies']
  signatures: readonly string[]
}

const stub = { name: '存根', colour: 'white' } as const
const finance = { name: '财务', colour: 'red' } as const
const yellow = (name: string) => ({ name, colour: 'yellow' }) as const
const withStation = [stub, finance, yellow('供电所')]
const withSeller = [stub, finance, yellow('售卡员')]
const withKeeper = [stub, finance, yellow('保管')]
const backSignatures = ['送卡人', '审批人', '检验人（县财务）', '所负责人']

/** The first slip of a kind is the one that is printed unless another is asked for. */
export const slips = {
  ZK: {
    kind: 'ZK',
    title: '制卡通知单',
    copies: [stub, finance, yellow('厂家')],
    signatures: ['制单', '审批', '厂家接收人', '接收日期（盖章）'],
  },
  RK: { kind: 'RK', title: '充值卡入库单', copies: withKeeper, signatures: ['检验', '复验', '保管', '主管'] },
  differences: { kind: 'RK', title: '核对差异表', copies: withKeeper, signatures: ['检验', '复验', '厂家', '主管'] },
  ZF: { kind: 'ZF', title: '充值卡作废单', copies: withKeeper, signatures: ['发现人', '审批', '执行', '保管人'] },
  destruction: {
    kind: 'ZF',
    title: '废卡销毁清单',
    copies: withKeeper,
    signatures: ['销毁人', '见证人一', '见证人二', '监销'],
  },
  PD: { kind: 'PD', title: '盘点报告', copies: [stub, finance], signatures: ['盘点人', '监盘人', '复核人'] },
  countSheet: { kind: 'PD', title: '盘点表', copies: [stub, finance], signatures: ['盘点人', '监盘人', '复核人'] },
  LS: {
    kind: 'LS',
    title: '领卡申请单',
    copies: [{ name: '县存根', colour: 'white' }, finance, yellow('供电所')],
    signatures: ['申请人', '所负责人', '审批人', '领卡员'],
  },
  CK: {
    kind: 'CK',
    title: '领卡单',
    copies: [...withStation, { name: '随卡', colour: 'blue' }],
    signatures: ['发卡人', '领卡员', '审批人', '所验收人', '验收日期'],
  },
  FS: { kind: 'FS', title: '返卡申请单', copies: withStation, signatures: backSignatures },
  FK: { kind: 'FK', title: '返卡单', copies: withStation, signatures: backSignatures },
  SK: { kind: 'SK', title: '售卡单', copies: withSeller, signatures: ['售卡人', '购卡人', '收款人'] },
  TK: { kind: 'TK', title: '退卡单', copies: withSeller, signatures: ['退卡人', '收卡人', '付款人'] },
  DS: { kind: 'DS', title: '售出登记单', copies: [stub, yellow('客户')], signatures: ['售卡人', '购卡人'] },
  KF: {
    kind: 'KF',
    title: '卡片业务受理单',
    copies: [stub, yellow('申请人')],
    signatures: ['申请人', '经办', '复核'],
  },
} as const satisfies Record<string, SlipKind>

export type SlipName = keyof typeof slips
export const slipNames = Object.keys(slips) as [SlipName, ...SlipName[]]

export function slipsOf(kind: DocumentKind): readonly SlipName[] {
  return slipNames.filter(name => slips[name].kind === kind)
}

/** How a county prints a slip, and which version of its own layout that is; 0 for the product's. */
export async function layoutOf(tx: Tx, countyId: number, slip: SlipName): Promise<SlipLayout & { version: number }> {
  const own = await tx
    .selectFrom('slipLayout')
    .select(['paper', 'copies', 'signatures', 'version'])
    .where('countyId', '=', countyId)
    .where('slip', '=', slip)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!own) {
    const { copies, signatures } = slips[slip]
    return { paper: 'continuous', copies: [...copies], signatures: [...signatures], version: 0 }
  }
  const { version, ...layout } = own
  return { ...slipLayout.parse(layout), version }
}
