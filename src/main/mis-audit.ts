// `mis audit`: compares the product with the reference billing system; exit code 1 on any breach.

import { parseWords } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../kernel/log.ts'
import { type Breach, compareBothSides } from '../mis/exactly-once.ts'
import { createMisAdmin, type MisAdmin } from '../mis/simulator/admin-client.ts'
import { openPlatform, type Platform } from './platform.ts'

export async function misAudit(args: string[]): Promise<number> {
  const { values } = parseWords(args, { json: { type: 'boolean' } })
  const config = readConfig()
  const platform = await openPlatform(config, createLog({ level: 'warn', node: config.nodeName }), { attach: true })
  try {
    const admin = misAdminOf(platform)
    const { serials, invariants } = await admin.audit()
    const theirs = new Map(serials.map(posted => [posted.serial, posted]))
    const unmoved = invariants.moneyMoved.breaches.map(about => ({ rule: 'I2', transactionSerial: '', about }))
    const breaches = [...(await compareBothSides(platform.db, theirs)), ...unmoved]
    const payments = [...theirs.values()].reduce((sum, posted) => sum + posted.payments, 0)
    const summary = { ok: breaches.length === 0, serials: theirs.size, payments, breaches }
    if (values.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    else process.stdout.write(report(summary))
    return breaches.length === 0 ? 0 : 1
  } finally {
    await platform.close()
  }
}

/** The admin interface of the reference billing system, with its token from the secrets. */
export function misAdminOf({ config, secrets }: Pick<Platform, 'config' | 'secrets'>): MisAdmin {
  return createMisAdmin({
    url: config.misUrl ?? `http://127.0.0.1:${config.misPort}`,
    token: secrets.text('mis-admin'),
  })
}

function report({
  ok,
  serials,
  payments,
  breaches,
}: {
  ok: boolean
  serials: number
  payments: number
  breaches: Breach[]
}): string {
  const lines = [`流水 / serials ${serials}，入账 / payments ${payments}`]
  for (const { rule, transactionSerial, about } of breaches) lines.push(`✗ ${rule} ${transactionSerial} ${about}`)
  lines.push(ok ? '✓ 每笔恰好一次 / exactly once' : `✗ ${breaches.length} 处不符 / breaches`)
  return `${lines.join('\n')}\n`
}
