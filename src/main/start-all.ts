// Everything that a start makes, in the order of need; what is made adds how it is closed.

import { mkdirSync } from 'node:fs'
import type { Config } from '../config.ts'
import { createHotline } from '../hotline/hotline.ts'
import type { LineEngine } from '../hotline/line.ts'
import { isLoopback } from '../http/reach.ts'
import { lockFolder } from '../kernel/folder-lock.ts'
import type { Log } from '../kernel/log.ts'
import { type CountyNumbers, countyByNumber } from './county-numbers.ts'
import { fillDemonstration, isFilled } from './demo/fill.ts'
import { startDoors } from './doors.ts'
import { misAdminOf } from './mis-audit.ts'
import type { MisChild } from './mis-child.ts'
import { type Node, startNode } from './node.ts'
import { phoneDoor, phoneEngine } from './phone.ts'
import { openPlatform, type Platform } from './platform.ts'
import { openSipEndpoint } from './sip-endpoint.ts'
import type { Closer } from './start.ts'

/** Everything in order; what is made adds how it is closed. Answers the lines that say it is ready. */
export async function startAll(
  config: Config,
  log: Log,
  closers: Closer[],
  misChild: MisChild | null,
): Promise<string> {
  if (config.databaseUrl !== null) {
    // The built-in database locks its folder itself; without it two copies must not share one either.
    mkdirSync(config.dataDir, { recursive: true, mode: 0o711 })
    const lock = lockFolder(config.dataDir, 'start.lock')
    closers.push(async () => lock.release())
  }
  const platform = await openPlatform(config, log, { attach: false })
  closers.push(platform.close)
  if (misChild) closers.push(misChild.stop)
  // It opens its database while this process goes on.
  const mis = misChild?.open(platform.misUrl) ?? Promise.resolve()
  mis.catch(() => undefined)
  const node = startNode(platform)
  closers.push(node.stop)
  if (platform.demonstration && !(await isFilled(platform))) {
    await mis
    const { execute, services } = node
    const billing = misChild ? misAdminOf(platform) : null
    await fillDemonstration({ ...platform, execute, services, billing, nowMs: Date.now() })
  }
  const counties = await countyByNumber(platform.db)
  const browsers = node.services.phone.access === 'off' ? null : await phoneEngine(platform)
  const { engine, hotline, stop } = telephone(platform, node, counties, browsers)
  closers.push(stop)
  const doors = await startDoors(platform, node, browsers && phoneDoor(platform, browsers))
  closers.push(doors.stop)
  await hotline.start()
  closers.push(() => hotline.stop(config.stopGraceMs))
  node.metrics.watchCalls(() => hotline.activeCalls())
  await mis
  const number = counties.first ?? '95598'
  const host = config.publicAddress.includes(':') ? `[${config.publicAddress}]` : config.publicAddress
  const web = `${config.tlsCert === null ? 'http' : 'https'}://${host}:${doors.port}`
  return `ready ${web} sip:${number}@${host}:${engine.udpPort}\n${plainHttpLine(config)}${nextSteps(platform.demonstration, web)}`
}

/** Who listens beyond this machine without a certificate is told what will happen. */
function plainHttpLine({ bind, tlsCert, trustedProxies, plainHttp }: Config): string {
  if (isLoopback(bind) || tlsCert !== null || trustedProxies !== null) return ''
  return plainHttp === 'allow'
    ? '  ! 网页用明文 HTTP 对外服务，密码可被窃听 / pages are served by plain HTTP: passwords can be read on the way\n'
    : '  ! 没有证书：本机以外只答“请用 HTTPS”（见 DIANKA_TLS_CERT） / no certificate: others are told to use HTTPS (DIANKA_TLS_CERT)\n'
}

function telephone(platform: Platform, node: Node, counties: CountyNumbers, browsers: LineEngine | null) {
  const { config, log } = platform
  const { engine, stop } = openSipEndpoint(config, log)
  const hotline = createHotline({
    engines: browsers ? [engine, browsers] : [engine],
    countyOf: counties.countyOf,
    api: countyId => node.api('hotline', countyId),
    settings: config,
    now: () => new Date(),
    log,
  })
  return { engine, hotline, stop }
}

function nextSteps(demonstration: boolean, web: string): string {
  if (!demonstration) {
    return `  打开 ${web} 建立首位管理员 / open ${web} to create the first administrator\n`
  }
  return [
    `  打开 ${web} 登录（账号见登录页） / open ${web} and sign in (accounts are listed there)`,
    `  打热线 / call the hotline: ${web}/phone`,
    '  或另开一个终端 / or from another terminal:',
    '    npx dianka demo                 演示卡与户号 / cards and accounts to try',
    '    npx dianka call --keys "1,<卡号>#,<密码>#,<户号>#,1"',
    '  Ctrl-C 停止 / stops\n',
  ].join('\n')
}
