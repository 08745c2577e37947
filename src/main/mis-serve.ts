// `mis serve`: the reference billing system as a process; its parent's end is its own.

import { parseWords } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../kernel/log.ts'
import { openSecrets } from '../kernel/secrets.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { startReferenceMis } from '../mis/simulator/reference-mis.ts'
import { misChannel } from './mis-channel.ts'

export async function misServe(args: string[]): Promise<number> {
  const { values } = parseWords(args, { 'allow-reference': { type: 'boolean' }, resume: { type: 'boolean' } })
  const config = readConfig()
  const log = createLog({ level: config.logLevel, node: `mis:${config.misPort}` })
  const ended = parentEnds()
  if (process.send && !process.connected) return 1
  const told = process.send ? await databaseFromParent() : config.misDatabaseUrl
  const platform =
    told === null ? await (await import('./platform.ts')).openPlatform(config, log, { attach: true }) : null
  try {
    const secrets = openSecrets(config.secretsDir)
    const mis = await startReferenceMis({
      databaseUrl: told ?? platform?.misUrl ?? '',
      bind: config.bind,
      port: config.misPort,
      adminToken: secrets.text('mis-admin'),
      channels: [misChannel(secrets)],
      seed: 1,
      clockSpeed: config.clockSpeed,
      ...(config.clockSinceMs > 0 ? { clockSince: config.clockSinceMs } : {}),
      production: config.environment === 'production',
      allowReference: values['allow-reference'] === true,
      log: sentence => log.info(sentence),
      resume: values.resume === true,
      ...(process.send ? { killAndRestart } : {}),
    })
    tellParent('ready')
    if (!process.send) process.stdout.write(`参考营销系统 / reference MIS http://${config.bind}:${mis.port}\n`)
    await ended
    await mis.stop()
    return 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      tellParent('portTaken')
      if (process.send) return 1
      throw new SetupError(`端口 ${config.misPort} 已被占用`, `port ${config.misPort} is in use`)
    }
    throw error
  } finally {
    await platform?.close()
  }
}

/** A parent that is gone hears nothing; its end ends this process too. */
function tellParent(message: string): void {
  if (process.connected) process.send?.(message, () => undefined)
}

/** The fault `restart`: dies as a killed process does; the parent starts it again after the pause. */
function killAndRestart({ downMs }: { graceful: boolean; downMs: number }): void {
  process.send?.({ restartAfterMs: downMs }, () => process.kill(process.pid, 'SIGKILL'))
}

/** A parent tells the database once it runs; until then our code has time to load. */
function databaseFromParent(): Promise<string> {
  return new Promise(resolve => {
    const alone = () => process.exit(1)
    process.once('disconnect', alone)
    process.on('message', message => {
      if (typeof message === 'object' && message !== null && 'databaseUrl' in message) {
        process.off('disconnect', alone)
        resolve(String(message.databaseUrl))
      }
    })
    tellParent('loaded')
  })
}

function parentEnds(): Promise<void> {
  return new Promise(resolve => {
    process.once('disconnect', resolve)
    process.once('SIGTERM', resolve)
    // Ctrl-C reaches the whole group: with a parent, the parent decides.
    process.on('SIGINT', () => {
      if (!process.send) resolve()
    })
  })
}
