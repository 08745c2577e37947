// A node of the product as a process of its own, driven by messages, so that a test can kill it with -9 at any moment.

import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/kernel/log.ts'
import { startNode } from '../../src/main/node.ts'
import { openPlatform } from '../../src/main/platform.ts'
import type { FromNode, ToNode } from './node-processes.ts'

const config = readConfig()
const log = createLog({ level: 'error', node: config.nodeName })
const platform = await openPlatform(config, log, { attach: false })
const node = startNode(platform)
const tell = (message: FromNode) => process.send?.(message)

process.on('message', (message: ToNode) => {
  void recharge(message).catch(error => tell({ key: message.key, failed: String(error) }))
})
process.on('disconnect', () => process.exit(0))
tell({ ready: true })

async function recharge({ countyId, key, serial, pin, accountNo, post }: ToNode): Promise<void> {
  const hotline = node.api('hotline', countyId)
  const input = { serial, pin, accountNo, channel: 'voice' as const, caller: null, callId: null }
  const accepted = await hotline.recharge.accept(input, { key })
  tell({ key, accepted: accepted.transactionSerial })
  if (!post) return
  const { transactionSerial, leaseToken } = accepted
  const result = await hotline.recharge.post({ transactionSerial, leaseToken, budgetMs: 750 })
  tell({ key, settlement: result.settlement })
}
