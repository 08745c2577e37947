// The process of the reference billing system under its supervisor: waits to be told its settings, then serves.

import { type ReferenceMis, startReferenceMis } from './reference-mis.ts'
import type { ProcessReport, ProcessSettings } from './supervise.ts'

const report = (words: ProcessReport, sent: () => void = () => {}) => process.send?.(words, sent)
let running: ReferenceMis | undefined

// Ctrl-C reaches the whole group: the supervisor decides when we stop, and its death closes the channel.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => void leave())
process.once('message', (settings: ProcessSettings) => void serve(settings))

async function serve(settings: ProcessSettings): Promise<void> {
  try {
    running = await startReferenceMis({
      ...settings,
      channels: settings.channels.map(channel => ({ ...channel, key: Buffer.from(channel.key) })),
      log: sentence => report({ kind: 'log', sentence }),
      killAndRestart: ({ graceful, downMs }) =>
        report({ kind: 'restart', downMs }, () => {
          if (graceful) void leave()
          else process.kill(process.pid, 'SIGKILL')
        }),
    })
    report({ kind: 'started', port: running.port })
  } catch (error) {
    report({ kind: 'failed', message: error instanceof Error ? error.message : `${error}` }, () => process.exit(1))
  }
}

async function leave(): Promise<void> {
  await running?.stop()
  process.exit(0)
}
