// Steps around void cards for tests: a draft ready to be submitted, one approved, a recharge that holds a card.

import { acceptRecharges, rechargeNow, succeedRecharge } from '../../src/domain/recharge.ts'
import type { MadeBatch } from './maker.ts'
import type { Person, World } from './world.ts'

export const keeper = { name: '保管员', staffNo: 'K-1' }
export const custody = { location: '县库 3 号柜', keeper, sealNo: 'F-7' }
export const responsible = { name: '责任人', staffNo: 'R-1' }

/** What is right for cards that are here and inactive. */
export const soiled = { reason: 'soiled' as const, physical: true, responsible, custody }

interface PrintedRange {
  firstSerial: string
  lastSerial: string
}
type Form = Parameters<ReturnType<World['as']>['cardVoid']['create']>[0]

/** A void from draft to approval; finance approves what a card administrator wrote. */
export async function approvedVoid(
  world: World,
  author: Person,
  ranges: PrintedRange[],
  more: Partial<Form> = {},
  approver: Person = author === 'card' ? 'finance2' : 'card',
) {
  const draft = await world.as(author).cardVoid.create({ ...soiled, ranges, ...more })
  const { documentId, version } = await world.as(author).cardVoid.submit(draft)
  return world.as(approver).cardVoid.approve({ documentId, version })
}

export async function executedVoid(
  world: World,
  author: Person,
  ranges: PrintedRange[],
  confirmQuantity: number,
  more: Partial<Form> = {},
) {
  const { documentId, version } = await approvedVoid(world, author, ranges, more)
  return world.as('finance').cardVoid.execute({ documentId, version, confirmQuantity })
}

/** Accepts a recharge of the n-th card of a batch; its code, and its number when the card is held by it now. */
export async function hold(world: World, batch: MadeBatch, n: number) {
  const serial = batch.stored(n)
  const pinMac = world.services.pins.digest('pin-test', serial, world.services.pins.draw(serial, 12))
  const item = { countyId: 1, serial, pinMac, accountNo: '0100000001', channel: 'voice' as const }
  const { node, limits } = world.services
  const [answer] = await world.inTransaction(tx =>
    acceptRecharges(tx, [{ ...item, caller: null, callId: null }], { node, leaseMs: 60_000, limits }),
  )
  return { code: answer?.code ?? '', rechargeId: answer?.rechargeId ?? 0 }
}

/** The same, and its success: the card is used. */
export async function use(world: World, batch: MadeBatch, n: number): Promise<void> {
  const { rechargeId } = await hold(world, batch, n)
  await world.inTransaction(async tx => {
    const recharge = await rechargeNow(tx, 1, rechargeId)
    await succeedRecharge(tx, recharge, {
      transactionSerial: '',
      misRef: 'm',
      settleDate: '20260101',
      postedAt: '20260101000000000',
      notices: [],
    })
  })
}
