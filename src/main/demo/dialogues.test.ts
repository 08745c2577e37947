// The invented calls read as the hotline writes real ones: the same keys, the same answers, the same words.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHotlineWorld, type HotlineWorld, type TestHotline } from '../../../test/support/hotline.ts'
import type { ScriptCall } from '../../hotline/engines/script/script-call.ts'
import { createRandom } from '../../mis/simulator/random.ts'
import { anotherCard, type Caller, dialogues, inEnglish, recharge } from './dialogues.ts'
import { createTranscript } from './transcript.ts'

let world: HotlineWorld
let hotline: TestHotline
/** yyyymmdd */
let expiresOn: string
beforeAll(async () => {
  world = await createHotlineWorld({ quantity: 20, active: 18 })
  hotline = await world.hotline()
  const range = await world.db.selectFrom('cardRange').select('expiresOn').executeTakeFirstOrThrow()
  expiresOn = range.expiresOn.replaceAll('-', '')
})
afterAll(() => world?.close())

/** An account of the billing system's that owes nothing, and what a card is worth here. */
const customer = { accountNo: '4101000002', name: '李秀英' }
const faceValueFen = 20_000
const heldFen = 12_530

function caller(n: number, balanceFen: number, transactionSerial = ''): Caller {
  const { serial } = world.card(n)
  const transcript = createTranscript(0, false, 1)
  const usedAt = { date: '0101', time: '0900' }
  return {
    ...{ transcript, random: createRandom(1), customer, serial, faceValueFen, balanceFen, transactionSerial },
    ...{ reason: null, usedAt, expiresOn },
  }
}

/** What a real call left behind, and the serials it was told. */
async function written(phone: ScriptCall) {
  await world.afterHangUp(phone)
  const steps = await world.steps(phone.facts.callId)
  const accepted = steps.flatMap(({ text }) => (text.startsWith('recharge.accept ') ? [text.split(' ')[1] ?? ''] : []))
  return { steps, accepted }
}

const read = ({ transcript }: Caller) => transcript.steps.map(({ kind, text }) => ({ kind, text }))

it('a recharge, and another card in the same call', async () => {
  const [one, two] = [world.fresh(), world.fresh()]
  const phone = hotline.call()
  await world.enterCard(phone, one)
  await phone.answers(`${customer.accountNo}#`)
  await phone.answers('1')
  await phone.answers('1')
  await phone.answers(`${world.card(two).serial}#`)
  await phone.answers(`${world.card(two).pin}#`)
  await phone.answers('1')
  await phone.listens()
  const { steps, accepted } = await written(phone)
  const first = caller(one, heldFen + faceValueFen, accepted[0])
  recharge(first)
  anotherCard({ ...caller(two, heldFen + 2 * faceValueFen, accepted[1]), transcript: first.transcript })
  expect(read(first)).toEqual(steps)
})

it('a card that is checked, in English', async () => {
  const n = world.fresh()
  const phone = hotline.call()
  await phone.answers('8')
  await phone.answers('4')
  await phone.answers(`${world.card(n).serial}#`)
  await phone.answers(`${world.card(n).pin}#`)
  await phone.listens()
  const { steps } = await written(phone)
  const person = caller(n, heldFen)
  inEnglish(person)
  dialogues['cardCheck.told'](person)
  expect(read(person)).toEqual(steps)
})

it('a caller who hangs up at the menu, and one at the read-back', async () => {
  const early = hotline.call()
  await early.listens()
  const left = await written(early)
  const n = world.fresh()
  const phone = hotline.call()
  await world.untilReadBack(phone, n, customer.accountNo)
  const late = await written(phone)
  const [first, second] = [caller(n, heldFen), caller(n, heldFen + 2 * faceValueFen + faceValueFen)]
  dialogues['recharge.readBack'](second)
  expect(read(second)).toEqual(late.steps)
  expect(left.steps).toEqual(read(second).slice(0, 1))
  dialogues.nothing(first)
  expect(read(first)).toEqual([])
})
