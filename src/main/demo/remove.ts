// `demo remove`: asks for the demonstration data to be removed by the next start, once the words were typed.

import { parseWords } from '../../cli/commands.ts'
import { readConfig } from '../../config.ts'
import { askForRemoval, removalWords } from '../../domain/demonstration.ts'
import { createLog } from '../../kernel/log.ts'
import { SetupError } from '../../kernel/setup-error.ts'
import { openPlatform } from '../platform.ts'

export async function removeDemo(args: string[]): Promise<number> {
  const { values } = parseWords(args, { confirm: { type: 'string' } })
  if (values.confirm !== removalWords) {
    throw new SetupError(`请加上 --confirm ${removalWords}`, `add --confirm ${removalWords}`)
  }
  const config = readConfig()
  const platform = await openPlatform(config, createLog({ level: 'error', node: config.nodeName }), { attach: true })
  try {
    if (!platform.demonstration) throw new SetupError('这里不是演示数据', 'these are not demonstration data')
    await platform.db.transaction().execute(askForRemoval)
    process.stdout.write('演示数据将在下次启动时全部删除 / the demonstration data will be removed by the next start\n')
    return 0
  } finally {
    await platform.close()
  }
}
