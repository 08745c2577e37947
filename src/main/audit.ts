// `audit`: proves ledger and audit chain; exit code 1 names every difference.

import { parseWords } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { auditLedger } from '../domain/ledger-audit.ts'
import { createLog } from '../kernel/log.ts'
import { sealAudit, verifyAudit } from '../kernel/seal.ts'
import { openPlatform } from './platform.ts'

export async function audit(args: string[]): Promise<number> {
  const { values } = parseWords(args, { json: { type: 'boolean' } })
  const config = readConfig()
  const platform = await openPlatform(config, createLog({ level: 'warn', node: config.nodeName }), { attach: true })
  try {
    const key = platform.secrets.secret('audit')
    while ((await sealAudit(platform.db, key)) > 0);
    const ledger = await auditLedger(platform.db)
    const chain = await verifyAudit(platform.db, key)
    const faults = ledger.differences.length + chain.faults.length
    if (values.json) process.stdout.write(`${JSON.stringify({ ok: faults === 0, ledger, chain }, null, 2)}\n`)
    else process.stdout.write(report(ledger, chain))
    return faults === 0 ? 0 : 1
  } finally {
    await platform.close()
  }
}

type Ledger = Awaited<ReturnType<typeof auditLedger>>
type Chain = Awaited<ReturnType<typeof verifyAudit>>

function report(ledger: Ledger, chain: Chain): string {
  const lines = ledger.counties.map(({ countyId, generated, unadmitted, rejected, states }) => {
    const parts = Object.entries(states).map(([state, quantity]) => `${state} ${quantity}`)
    return `县 / county ${countyId}: 已生成 generated ${generated} = 未入库 unadmitted ${unadmitted} + 拒收 rejected ${rejected} + ${parts.join(' + ') || '0'}`
  })
  lines.push(`审计链 / audit chain: ${chain.sealedRows} 行已封存 rows sealed, ${chain.unsealedRows} 行待封存 waiting`)
  for (const { countyId, sealNo, mac } of chain.newestSeals)
    lines.push(`  县 / county ${countyId}: 封条 / seal ${sealNo} ${mac.slice(0, 16)}`)
  for (const difference of ledger.differences) {
    lines.push(`✗ 县 / county ${difference.countyId}: ${difference.check}: ${difference.about}`)
  }
  for (const fault of chain.faults) {
    lines.push(
      `✗ 县 / county ${fault.countyId}: 审计记录 / audit row ${fault.auditId ?? '-'} ${fault.fault} (封条 / seal ${fault.sealNo ?? '-'})`,
    )
  }
  const faults = ledger.differences.length + chain.faults.length
  lines.push(faults === 0 ? '✓ 全部相符 / all agree' : `✗ ${faults} 处差异 / differences`)
  return `${lines.join('\n')}\n`
}
