// The browser phone of a node: its engine, who may call through its door, and what a demonstration offers to try.

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Config } from '../config.ts'
import { type PhoneAccess, readPhoneToken } from '../domain/phone-token.ts'
import { type BrowserEngine, createBrowserEngine } from '../hotline/engines/browser/browser-engine.ts'
import { createSourceBudget } from '../hotline/engines/sip/source-budget.ts'
import { defaultClipFolder } from '../hotline/voice/clip-library.ts'
import type { Phone, PhoneCall } from '../http/phone.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Secrets } from '../kernel/secrets.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { phoneDrawer } from './demo/phone-drawer.ts'
import type { Platform } from './platform.ts'

/** Calls of one address: so many at once, and so many tries in a row, then one every two seconds. */
const mostOfAddress = 10
const burst = 20
const perSecond = 0.5

export function phoneOf(
  config: Config,
  { secrets, demonstration }: { secrets: Secrets; demonstration: boolean },
): { access: PhoneAccess; key: Buffer } {
  return { access: config.phone ?? (demonstration ? 'public' : 'signedIn'), key: secrets.secret('phone') }
}

export async function phoneEngine({ config, log }: Platform): Promise<BrowserEngine> {
  return createBrowserEngine({
    bind: config.bind,
    publicAddress: await numericAddress(config.publicAddress),
    ports: config.phonePorts,
    clipFolders: [defaultClipFolder],
    rtpTimeoutMs: config.rtpTimeoutMs,
    maxCalls: config.phoneCalls,
    log,
  })
}

/** Browsers take no host name for an address of sound. */
async function numericAddress(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    return (await lookup(host)).address
  } catch (error) {
    throw new SetupError(`找不到主机 ${host} 的地址`, `the host ${host} has no address`, { cause: error })
  }
}

export function phoneDoor(platform: Platform, engine: BrowserEngine): Phone {
  const { db, config, demonstration } = platform
  const { access, key } = phoneOf(config, platform)
  const budget = createSourceBudget(burst, perSecond)
  const calling = new Map<string, number>()
  const count = (address: string, by: 1 | -1) => {
    const calls = (calling.get(address) ?? 0) + by
    if (calls > 0) calling.set(address, calls)
    else calling.delete(address)
  }

  async function place({ token, offer, address }: PhoneCall, tell: (message: object) => void) {
    const claims = readPhoneToken(key, token, Date.now())
    if (!claims) throw new Refusal('phoneToken')
    const isMany = (calling.get(address) ?? 0) >= mostOfAddress
    if (isMany || !budget.take(address, performance.now())) throw new Refusal('phoneTooMany')
    count(address, 1)
    let over = false
    const done = () => {
      if (!over) count(address, -1)
      over = true
    }
    const placed = await engine.place({ ...claims, offer }, message => {
      if (message.type === 'ended') done()
      tell(message)
    })
    if (!('refused' in placed)) return placed
    done()
    throw new Refusal(refusals[placed.refused])
  }

  return {
    about: async signedIn => ({
      access,
      demonstration,
      mayCall: access === 'public' || signedIn,
      lines: await db
        .selectFrom('county')
        .select(['hotlineNumber as number', 'name', 'nameEn'])
        .where('countyId', '>', 0)
        .where('hotlineNumber', 'is not', null)
        .orderBy('countyId')
        .execute(),
    }),
    place,
    demonstration: demonstration ? called => phoneDrawer(platform, called) : null,
  }
}

const refusals = { badOffer: 'phoneOffer', busy: 'phoneBusy', away: 'phoneAway' } as const
