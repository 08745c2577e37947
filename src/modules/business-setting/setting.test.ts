// Business settings: before and after, a second person, a stated hour, and no two changes that undo each other unseen.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refusalOf } from '../../../test/support/sign-in.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { countySettings } from '../../domain/county-settings.ts'

let world: World
const start = new Date('2026-06-01T08:00:00Z')
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(() => world.setNow(start))
afterAll(() => world.close())

const hoursOn = (hours: number) => new Date(world.now().getTime() + hours * 3_600_000)
const propose = (
  changes: Record<string, string | number | boolean | number[] | object>,
  startsAt: Date | null = null,
) =>
  world.as('finance').businessSetting.propose({
    changes: JSON.parse(JSON.stringify(changes)),
    startsAt: startsAt?.toISOString() ?? null,
    reason: '试验',
  })
const current = async () => (await world.as('card').businessSetting.get({})).settings

describe('a change of business settings', () => {
  it('shows before and after, and is in force once another person has confirmed it', async () => {
    const { changeId, before, after } = await propose({ approvalDays: 9, validYears: 3 })
    expect({ before, after }).toEqual({ before: { approvalDays: 7 }, after: { approvalDays: 9 } })
    expect((await current()).approvalDays).toBe(7)
    expect(await refusalOf(world.as('finance').businessSetting.confirm({ changeId }))).toBe('settingOwn')
    expect(await refusalOf(world.as('finance').businessSetting.reject({ changeId, reason: '不' }))).toBe('settingOwn')
    await world.as('card').businessSetting.confirm({ changeId })
    expect((await current()).approvalDays).toBe(9)
    const { changes } = await world.as('finance').businessSetting.list({})
    expect(changes[0]).toMatchObject({
      state: 'confirmed',
      fields: [{ name: 'approvalDays', before: 7, after: 9 }],
      proposedBy: '人员 finance',
      decidedBy: '人员 card',
      reason: '试验',
    })
    for (const again of ['confirm', 'cancel'] as const) {
      expect(await refusalOf(world.as('finance').businessSetting[again]({ changeId }))).toBe('settingDecided')
    }
  })

  it('compares people and not sign-ins', async () => {
    await world.db.updateTable('operator').set({ staffNo: 'N-finance' }).where('signInName', '=', 'finance2').execute()
    const { changeId } = await propose({ validYears: 4 })
    const sameperson = world.as({ ...world.actor('finance2'), staffNo: 'N-finance' })
    expect(await refusalOf(sameperson.businessSetting.confirm({ changeId }))).toBe('settingOwn')
    await sameperson.businessSetting.cancel({ changeId })
    await world.db.updateTable('operator').set({ staffNo: 'N-finance2' }).where('signInName', '=', 'finance2').execute()
    const other = await propose({ validYears: 4 })
    expect(await refusalOf(world.as('finance2').businessSetting.cancel({ changeId: other.changeId }))).toBe('notAuthor')
    await world.as('finance2').businessSetting.reject({ changeId: other.changeId, reason: '太长' })
    expect((await current()).validYears).toBe(3)
  })

  it('waits for its hour without anything running, and its past stays past', async () => {
    const { changeId } = await propose({ monthsLeftToSell: 6 }, hoursOn(2))
    await world.as('card').businessSetting.confirm({ changeId })
    const { settings, coming } = await world.as('card').businessSetting.get({})
    expect(settings.monthsLeftToSell).toBe(12)
    expect(coming.map(change => change.changeId)).toEqual([changeId])
    const at = (when: Date) => countySettings(world.db, 1, when).then(found => found.monthsLeftToSell)
    expect([await at(hoursOn(1.99)), await at(hoursOn(2))]).toEqual([12, 6])
    world.setNow(hoursOn(3))
    expect((await current()).monthsLeftToSell).toBe(6)
  })

  it('begins when it is confirmed, if that is later than its hour', async () => {
    const { changeId } = await propose({ newCardFileDownloads: 5 }, hoursOn(1))
    world.setNow(hoursOn(4))
    const { effectiveAt } = await world.as('card').businessSetting.confirm({ changeId })
    expect(effectiveAt).toBe(world.now().toISOString())
  })

  it('of the same field is confirmed once, however many do so at once', async () => {
    const proposals = await Promise.all([21, 22, 23, 24].map(days => propose({ approvalDays: days })))
    const confirmed = await Promise.all(
      proposals.map(({ changeId }) => refusalOf(world.as('card').businessSetting.confirm({ changeId }))),
    )
    expect(confirmed.sort()).toEqual(['done', 'settingMoved', 'settingMoved', 'settingMoved'])
    const { proposed } = await world.as('finance').businessSetting.get({})
    for (const { changeId } of proposed) await world.as('finance').businessSetting.cancel({ changeId })
    const { changeId } = await propose({ approvalDays: 30 })
    const many = Array.from({ length: 6 }, () => refusalOf(world.as('card2').businessSetting.confirm({ changeId })))
    expect((await Promise.all(many)).sort()).toEqual(['done', ...Array(5).fill('settingDecided')])
  })

  it('of different fields does not stand in another’s way', async () => {
    const [first, second] = await Promise.all([propose({ sayYao: false }), propose({ accountNoLengths: [10] })])
    for (const { changeId } of [second, first]) await world.as('card').businessSetting.confirm({ changeId })
    expect(await current()).toMatchObject({ sayYao: false, accountNoLengths: [10] })
  })

  it.each([
    [{ approvalDays: 0, validYears: 99 }, 'badInput', 2],
    [{ approvalDays: '7' }, 'badInput', 1],
    [{ approvers: { LS: 'systemAdmin' } }, 'badInput', 1],
    [{ approvers: { XX: 'countyFinance' } }, 'badInput', 1],
    [{ nothing: 1 }, 'badInput', 1],
    [{ constructor: 1 }, 'badInput', 1],
    [JSON.parse('{"__proto__":{"approvalDays":2}}'), 'settingUnchanged', 0],
    [{ faceValuesFen: [100_001] }, 'badInput', 1],
    [{ approvalDays: 30 }, 'settingUnchanged', 0],
    [{}, 'settingUnchanged', 0],
  ])('%j is refused: %s', async (changes, code, problems) => {
    const asked = propose(changes).catch((error: unknown) => error)
    const refusal = await asked
    expect(refusal).toMatchObject({ code })
    if (problems > 0) expect(refusal).toMatchObject({ details: { problems: { length: problems } } })
  })

  it('is not proposed for the past, nor for a time beyond planning, nor without end', async () => {
    expect(await refusalOf(propose({ validYears: 5 }, hoursOn(-1)))).toBe('settingStart')
    expect(await refusalOf(propose({ validYears: 5 }, hoursOn(24 * 400)))).toBe('settingStart')
    const many = await Promise.all(Array.from({ length: 25 }, () => refusalOf(propose({ validYears: 5 }))))
    expect(many.filter(code => code === 'done')).toHaveLength(20)
    expect(many.filter(code => code === 'settingsOpen')).toHaveLength(5)
  })

  it('is decided once in the database too, by two sign-ins, and never deleted', async () => {
    const change = (set: object) =>
      world.db.updateTable('settingChange').set(set).where('state', '=', 'confirmed').execute()
    await expect(change({ reason: 'x' })).rejects.toThrow('decided once')
    await expect(world.db.deleteFrom('settingChange').execute()).rejects.toThrow('decided once')
    const own = {
      state: 'confirmed',
      decidedBy: world.actor('finance').operatorId,
      decidedAt: start,
      effectiveAt: start,
    }
    await expect(
      world.db.updateTable('settingChange').set(own).where('state', '=', 'proposed').execute(),
    ).rejects.toThrow('setting_change_two_people')
  })

  it('moves an approval to the county’s finance, and never to an administrator', async () => {
    const { proposed } = await world.as('finance').businessSetting.get({})
    for (const { changeId } of proposed) await world.as('finance').businessSetting.cancel({ changeId })
    const { changeId } = await propose({ approvers: { LS: 'countyFinance' } })
    const approve = (person: 'finance2' | 'card' | 'security') =>
      refusalOf(world.execute({ name: 'stationDraw.approve', input: {}, actor: world.actor(person) }))
    expect([await approve('finance2'), await approve('card')]).toEqual(['notAllowed', 'badInput'])
    await world.as('card').businessSetting.confirm({ changeId })
    world.setNow(null)
    expect([await approve('finance2'), await approve('card')]).toEqual(['badInput', 'notAllowed'])
    expect(await approve('security')).toBe('notAllowed')
  })
})
