// `migrate`: brings the database to this program's schema and says what was applied.

import { readConfig } from '../config.ts'
import { createLog } from '../kernel/log.ts'
import { openPlatform } from './platform.ts'

export async function migrateCommand(_args: string[]): Promise<number> {
  const config = readConfig()
  const platform = await openPlatform(config, createLog({ level: 'warn', node: config.nodeName }), { attach: true })
  try {
    for (const name of platform.migrated) process.stdout.write(`${name}\n`)
    process.stdout.write(
      `已是最新，本次执行 ${platform.migrated.length} 个脚本 / up to date, ${platform.migrated.length} applied now\n`,
    )
    return 0
  } finally {
    await platform.close()
  }
}
