// `start`: everything made in order, closed in reverse; one line when it is ready, one sentence when it cannot be.

import { readConfig } from '../config.ts'
import { createSipEngine } from '../hotline/engines/sip/engine.ts'
import { createHotline } from '../hotline/hotline.ts'
import { defaultClipFolder } from '../hotline/voice/clip-library.ts'
import { createLog } from '../kernel/log.ts'
import { countyByNumber } from './county-numbers.ts'
import { fillDemonstration } from './demo-fill.ts'
import { startDoors } from './doors.ts'
import { startMis } from './mis-child.ts'
import { startNode } from './node.ts'
import { openPlatform } from './platform.ts'

/** Runs until it is told to stop. */
export async function start(_args: string[]): Promise<number> {
  const config = readConfig()
  const log = createLog({ level: config.logLevel, node: config.nodeName })
  const closers: (() => Promise<unknown>)[] = []
  const stopped = stopSignal()
  try {
    const platform = await openPlatform(config, log, { attach: false })
    closers.push(platform.close)
    const mis = config.misUrl === null ? await startMis(platform, stopped.stop) : null
    if (mis) closers.push(mis.stop)
    const node = startNode(platform)
    closers.push(node.stop)
    if (platform.demonstration) await fillDemonstration(platform, node)
    const engine = createSipEngine({
      bind: config.bind,
      port: config.sipPort,
      publicAddress: config.publicAddress,
      rtpPorts: config.rtpPorts,
      maxCalls: config.maxCalls,
      rtpTimeoutMs: config.rtpTimeoutMs,
      clipFolders: [defaultClipFolder],
      log,
    })
    const counties = await countyByNumber(platform.db)
    const hotline = createHotline({
      engines: [engine],
      countyOf: counties.countyOf,
      api: countyId => node.api('hotline', countyId),
      settings: config,
      now: () => new Date(),
      log,
    })
    const doors = await startDoors(platform, node)
    closers.push(doors.stop)
    await hotline.start()
    closers.push(() => hotline.stop(config.stopGraceMs))
    node.metrics.watchCalls(() => hotline.activeCalls())
    const number = counties.first ?? '95598'
    const host = config.publicAddress.includes(':') ? `[${config.publicAddress}]` : config.publicAddress
    const web = `http://${host}:${doors.port}`
    process.stdout.write(
      `ready ${web} sip:${number}@${host}:${engine.udpPort}\n${nextSteps(platform.demonstration, web)}`,
    )
    await stopped.wait
    process.stdout.write('正在停止 / stopping\n')
    return 0
  } finally {
    for (const close of closers.reverse()) {
      await close().catch(error => log.error({ err: error }, 'a part did not stop cleanly'))
    }
  }
}

function nextSteps(demonstration: boolean, web: string): string {
  if (!demonstration) {
    return `  打开 ${web} 建立首位管理员 / open ${web} to create the first administrator\n`
  }
  return [
    `  打开 ${web} 登录（账号见登录页） / open ${web} and sign in (accounts are listed there)`,
    '  另开一个终端打热线 / call the hotline from another terminal:',
    '    npx dianka demo                 演示卡与户号 / cards and accounts to try',
    '    npx dianka call --keys "1,<卡号>#,<密码>#,<户号>#,1"',
    '  Ctrl-C 停止 / stops\n',
  ].join('\n')
}

/** Ctrl-C and SIGTERM ask for the end once; a second one ends at once. */
function stopSignal(): { wait: Promise<void>; stop: () => void } {
  let stop = () => {}
  const wait = new Promise<void>(resolve => {
    stop = resolve
  })
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1)
      asked = true
      stop()
    })
  }
  return { wait, stop: () => stop() }
}
