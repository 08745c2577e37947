// A county one can call: real operations over a database, the reference billing system over a socket, and a line without sound.

import { singleHolder } from '../../src/domain/county.ts'
import { moveCards } from '../../src/domain/stock.ts'
import type { ScriptCall } from '../../src/hotline/engines/script/script-call.ts'
import type { Tx } from '../../src/kernel/db.ts'
import { connect, startHttpBench } from '../../src/mis/connectors/http-bench.ts'
import type { MisAdmin } from '../../src/mis/simulator/admin-client.ts'
import { type CardWorld, countyId, createCardWorld } from './cards.ts'
import { createTestDatabase } from './database.ts'
import { type HotlineChanges, startTestHotline, type TestHotline } from './hotline-line.ts'

export type { TestHotline } from './hotline-line.ts'

export interface HotlineWorld extends CardWorld, Callers, Readings, Conditions {
  mis: MisAdmin
  /** A hotline of its own over this county, with times or operations of its own. */
  hotline(changes?: HotlineChanges): Promise<TestHotline>
}

/** What callers do. */
interface Callers {
  /** The number of a card that no test has used. */
  fresh(): number
  /** Chooses a recharge and enters a card. */
  enterCard(phone: ScriptCall, n: number): Promise<void>
  /** Up to the read-back, whose words it resolves to. */
  untilReadBack(phone: ScriptCall, n: number, accountNo: string): Promise<string>
  /** Hangs up; resolves when the record of the call is closed. */
  afterHangUp(phone: ScriptCall): Promise<EndedCall>
}

interface EndedCall {
  outcome: string | null
  releaseCause: string | null
  language: string
}

/** What was written down. */
interface Readings {
  steps(callId: string): Promise<{ kind: string; text: string }[]>
  /** The call's row once its end is written. */
  ended(callId: string): Promise<EndedCall>
  /** Recharges of a card, oldest first. */
  recharges(n: number): Promise<{ state: string; owed: boolean; accountNo: string }[]>
  /** Waits until all postings are settled. */
  settled(): Promise<void>
}

/** What may be the matter with a card or the county. */
interface Conditions {
  /** Sells this card to a customer, so that it is a range of its own. */
  sell(n: number): Promise<void>
  freeze(n: number): Promise<void>
  expire(n: number): Promise<void>
  voidCard(n: number): Promise<void>
  /** What the county does while the billing system cannot be reached. */
  whenMisDown(does: 'refuse' | 'accept'): Promise<void>
}

export async function createHotlineWorld(settings: { quantity: number; active: number }): Promise<HotlineWorld> {
  const mis = await startHttpBench(createTestDatabase)
  const connector = connect(mis.url, [], { poolSize: 100 })
  const nobody = connect('http://127.0.0.1:1')
  const world = await createCardWorld({ ...settings, faceValueFen: 20_000, services: { billing: () => connector } })
  const hotlines: TestHotline[] = []
  const readings = readingsOf(world)
  return {
    ...world,
    ...readings,
    ...conditionsOf(world),
    ...callersOf(world, readings),
    mis: mis.admin,
    async hotline(changes = {}) {
      const name = `hotline-${hotlines.length + 1}`
      const made = await startTestHotline(world, name, changes.misAway ? nobody : connector, changes)
      hotlines.push(made)
      return made
    },
    async close() {
      for (const running of hotlines) await running.stop()
      await Promise.all([connector.close(), nobody.close()])
      await mis.stop()
      await world.close()
    },
  }
}

function callersOf(world: CardWorld, { ended }: Readings): Callers {
  let taken = 0
  async function enterCard(phone: ScriptCall, n: number): Promise<void> {
    const { serial, pin } = world.card(n)
    await phone.answers('1')
    await phone.answers(`${serial}#`)
    await phone.answers(`${pin}#`)
  }
  return {
    fresh() {
      taken += 1
      return taken
    },
    enterCard,
    async untilReadBack(phone, n, accountNo) {
      await enterCard(phone, n)
      await phone.answers(`${accountNo}#`)
      return phone.listens()
    },
    afterHangUp(phone) {
      phone.callerHangsUp()
      return ended(phone.facts.callId)
    },
  }
}

function readingsOf({ db, card }: CardWorld): Readings {
  return {
    steps: callId =>
      db.selectFrom('callStep').select(['kind', 'text']).where('callId', '=', callId).orderBy('stepNo').execute(),
    ended: callId =>
      until(async () => {
        const rows = db.selectFrom('call').select(['outcome', 'releaseCause', 'language', 'endedAt'])
        const call = await rows.where('callId', '=', callId).executeTakeFirst()
        return call?.endedAt ? call : null
      }),
    recharges: n =>
      db
        .selectFrom('rechargeNow')
        .select(['state', 'owed', 'accountNo'])
        .where('serial', '=', card(n).stored)
        .orderBy('rechargeId')
        .$castTo<{ state: string; owed: boolean; accountNo: string }>()
        .execute(),
    async settled() {
      await until(async () => ((await db.selectFrom('postingTask').selectAll().execute()).length === 0 ? true : null))
    },
  }
}

function conditionsOf(world: CardWorld): Conditions {
  const { db } = world
  return {
    sell: n => move(world, n, 'sale'),
    voidCard: n => move(world, n, 'void'),
    freeze: n =>
      world.inTransaction(async tx => {
        const { stored } = world.card(n)
        const { documentId } = await aDocument(tx)
        const freeze = { countyId, documentId, firstSerial: stored, lastSerial: stored, reason: 'stolen' }
        await tx.insertInto('cardFreeze').values(freeze).execute()
      }),
    async expire(n) {
      await move(world, n, 'sale')
      const { stored } = world.card(n)
      await db.updateTable('cardRange').set({ expiresOn: '2020-01-31' }).where('firstSerial', '=', stored).execute()
    },
    async whenMisDown(does) {
      const settings = JSON.stringify({ whenMisDown: does })
      await db.updateTable('county').set({ settings }).where('countyId', '=', countyId).execute()
    },
  }
}

const aDocument = (tx: Tx) => tx.selectFrom('document').select('documentId').executeTakeFirstOrThrow()

async function move(world: CardWorld, n: number, kind: 'sale' | 'void'): Promise<void> {
  const { stored } = world.card(n)
  await world.inTransaction(async tx => {
    const { documentId } = await aDocument(tx)
    await moveCards(tx, {
      ...{ countyId, kind, documentId, operatorId: world.admin.operatorId ?? 0, at: new Date() },
      ranges: [{ firstSerial: stored, lastSerial: stored }],
      fromHolderId: world.seller,
      toHolderId: await singleHolder(tx, countyId, kind === 'sale' ? 'customer' : 'custody'),
    })
  })
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const deadlineMs = performance.now() + 20_000
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > deadlineMs) throw new Error('it did not come about')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
