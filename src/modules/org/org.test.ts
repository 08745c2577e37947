// Counties, regions and places: who may make and change them, what a region sees, and what stays shut.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalOf } from '../../../test/support/sign-in.ts'
import { createWorld, type World } from '../../../test/support/world.ts'
import { createOperator } from '../../domain/county.ts'
import type { OperatorRole } from '../../domain/roles.ts'
import type { Actor } from '../../kernel/operation.ts'
import { anonymous } from '../../kernel/session.ts'

let world: World
let root: Actor
const password = 'a given Password'
beforeAll(async () => {
  world = await createWorld()
  root = await person('root', 'systemAdmin')
})
afterAll(() => world.close())

/** Somebody of the installation. */
function person(signInName: string, role: OperatorRole, regionId: number | null = null): Promise<Actor> {
  const staffNo = `I-${signInName}`
  const common = { staffNo, name: signInName, role, holderId: null }
  return world.inTransaction(async tx => {
    const made = { ...common, countyId: 0, signInName, regionId, passwordHash: '-' }
    return { ...anonymous, ...common, operatorId: await createOperator(tx, made) }
  })
}

const firstOf = (signInName: string) => ({ signInName, staffNo: signInName, name: '首位', password })
const county = (countyId: number, more: object = {}) => ({
  countyId,
  code: `4102${String(countyId).padStart(2, '0')}`,
  name: `第${countyId}县`,
  nameEn: `County ${countyId}`,
  hotlineNumber: `9600${countyId}`,
  securityAdmin: firstOf(`sec${countyId}`),
  ...more,
})

describe('a county', () => {
  it('is made whole by the installation’s administrator, and its numbers are nobody else’s', async () => {
    const { org } = world.as(root)
    await org.createCounty(county(2))
    await org.createCounty(county(3))
    expect(await refusalOf(org.createCounty(county(2)))).toBe('codeTaken')
    expect(await refusalOf(org.createCounty(county(4, { code: '410202' })))).toBe('codeTaken')
    expect(await refusalOf(org.createCounty(county(4, { hotlineNumber: '96002' })))).toBe('codeTaken')
    expect(await refusalOf(org.createCounty(county(4, { securityAdmin: firstOf('sec2') })))).toBe('signInNameTaken')
    expect(await refusalOf(org.createCounty(county(4, { name: '两\n行' })))).toBe('badInput')
    expect(await refusalOf(world.as('system').org.createCounty(county(4)))).toBe('installationOnly')
    const { counties } = await org.counties({})
    expect(counties.map(({ countyId }) => countyId)).toEqual([1, 2, 3])
    expect((await world.as('system').org.counties({})).counties.map(({ countyId }) => countyId)).toEqual([1])
  })

  it('changes its name, number and billing address, and no other county’s number', async () => {
    const { org } = world.as(root)
    await org.updateCounty({ countyId: 3, name: '新名县', misUrl: 'https://mis.example.test:9443/api' })
    const find = async () => (await org.counties({})).counties.find(({ countyId }) => countyId === 3)
    expect(await find()).toMatchObject({
      name: '新名县',
      hotlineNumber: '96003',
      misUrl: 'https://mis.example.test:9443/api',
    })
    await org.updateCounty({ countyId: 3, misUrl: null, hotlineNumber: null })
    expect(await find()).toMatchObject({ misUrl: null, hotlineNumber: null })
    expect(await refusalOf(org.updateCounty({ countyId: 3, hotlineNumber: '96002' }))).toBe('codeTaken')
    expect(await refusalOf(org.updateCounty({ countyId: 9, name: '无' }))).toBe('countyNotFound')
    for (const misUrl of ['ftp://mis', 'https://user:secret@mis', 'file:///etc/passwd', 'mis']) {
      expect(await refusalOf(org.updateCounty({ countyId: 3, misUrl }))).toBe('badInput')
    }
  })
})

describe('the installation’s security administrator', () => {
  it('is appointed once, and is another person', async () => {
    const { org } = world.as(root)
    expect(await refusalOf(org.appointSecurityAdmin({ ...firstOf('isec'), staffNo: 'I-root' }))).toBe('separatePeople')
    const many = await Promise.all(
      ['isec', 'isec2', 'isec3'].map(name => refusalOf(org.appointSecurityAdmin(firstOf(name)))),
    )
    expect(many.sort()).toEqual(['alreadyAppointed', 'alreadyAppointed', 'done'])
    expect(await refusalOf(world.as('system').org.appointSecurityAdmin(firstOf('x1')))).toBe('installationOnly')
  })
})

describe('a place', () => {
  it('is renamed and keeps its code; another county’s cannot be reached', async () => {
    const { org } = world.as('system')
    const [holderId] = world.places.sellers
    await org.update({ holderId, name: '新店', phone: '13800000000' })
    const { places } = await org.list({})
    expect(places.find(place => place.holderId === holderId)).toMatchObject({ name: '新店', code: 'M1' })
    const far = await world.as(root).org.createPlace({ countyId: 2, kind: 'station', code: 'S1', name: '外所' })
    expect(await refusalOf(org.update({ holderId: far.holderId, name: '改名' }))).toBe('placeNotFound')
    expect(await refusalOf(org.update({ countyId: 2, holderId: far.holderId, name: '改名' }))).toBe('placeNotFound')
    expect(await refusalOf(world.as(root).org.update({ holderId, name: '改名' }))).toBe('countyNeeded')
    const under = { kind: 'seller' as const, code: 'M99', name: '店', parentId: far.holderId }
    expect(await refusalOf(org.createPlace(under))).toBe('placeNotFound')
    expect(await refusalOf(org.update({ holderId: world.places.county, name: '改名' }))).toBe('placeNotFound')
  })

  it('closes when it is empty, and opens again', async () => {
    const { org } = world.as('system')
    const [holderId, second] = world.places.stations
    await world.as('station2').stationDraw.create(draftOf())
    expect(await refusalOf(org.update({ holderId: second, disabled: true }))).toBe('placeNotEmpty')
    await org.update({ holderId, disabled: true })
    const isDisabled = async () => (await org.list({})).places.find(place => place.holderId === holderId)?.disabled
    expect(await isDisabled()).toBe(true)
    await org.update({ holderId, disabled: false })
    expect(await isDisabled()).toBe(false)
  })
})

const listOf = (answer: unknown) => ({ places: JSON.stringify(answer).split('holderId').length - 1 })

const draftOf = () => ({
  receiver: { name: '李四', staffNo: 'R-1', phone: '13800138000' },
  lines: [{ faceValueFen: 5_000, quantity: 100 }],
  wantedOn: '2099-01-01',
})

describe('a region', () => {
  it('sees the counties under it, those of its cities too, and no other', async () => {
    const { org } = world.as(root)
    const { regionId: province } = await org.createRegion({ kind: 'province', code: 'P1', name: '省公司' })
    const { regionId: city } = await org.createRegion({ kind: 'city', code: 'C1', name: '市公司', parentId: province })
    const { regionId: other } = await org.createRegion({ kind: 'city', code: 'C2', name: '另一市' })
    expect(await refusalOf(org.createRegion({ kind: 'city', code: 'C3', name: '下级', parentId: city }))).toBe(
      'regionNotFound',
    )
    expect(await refusalOf(org.createRegion({ kind: 'city', code: 'C1', name: '重号' }))).toBe('codeTaken')
    await org.assignCounty({ countyId: 1, regionId: city })
    await org.assignCounty({ countyId: 2, regionId: province })
    await org.assignCounty({ countyId: 3, regionId: other })
    const seen = async (viewer: Actor) =>
      (await world.as(viewer).region.get({})).counties.map(({ countyId }) => countyId)
    const [ofProvince, ofCity] = [
      await person('pv', 'regionViewer', province),
      await person('cv', 'regionViewer', city),
    ]
    expect([await seen(ofProvince), await seen(ofCity)]).toEqual([[1, 2], [1]])

    const inCounty = (actor: Actor, countyId: number, name = 'auth.me', input: object = {}) =>
      world.execute({ name, input, actor, countyId })
    expect(await inCounty(ofProvince, 2)).toMatchObject({ role: 'regionViewer', countyName: '第2县' })
    expect(await refusalOf(inCounty(ofProvince, 3))).toBe('countyOutOfReach')
    expect(await refusalOf(inCounty(ofCity, 2))).toBe('countyOutOfReach')
    expect(await refusalOf(inCounty(ofCity, 99))).toBe('countyOutOfReach')
    expect(await refusalOf(inCounty(ofCity, 1, 'auth.logout'))).toBe('notAllowed')
    expect(await refusalOf(inCounty(ofCity, 1, 'businessSetting.get'))).toBe('notAllowed')
    expect(await inCounty(ofCity, 1, 'card.search')).toMatchObject({ rows: [] })
    expect(await inCounty(ofCity, 1, 'card.export', { format: 'csv' })).toMatchObject({ count: 0 })
    const { places } = await world.execute({ name: 'org.list', input: {}, actor: ofCity, countyId: 1 }).then(listOf)
    expect(places).toBeGreaterThan(5)
    await org.assignCounty({ countyId: 1, regionId: null })
    expect(await refusalOf(inCounty(ofCity, 1))).toBe('countyOutOfReach')
    await org.assignCounty({ countyId: 1, regionId: city })
  })

  it('is reached by its viewers alone: a county’s people name no other county', async () => {
    for (const who of ['card', 'finance', 'system', 'security', 'audit'] as const) {
      const asked = world.execute({ name: 'auth.me', input: {}, actor: world.actor(who), countyId: 2 })
      expect(await refusalOf(asked)).toBe('countyOutOfReach')
    }
    const asked = world.execute({ name: 'auth.me', input: {}, actor: root, countyId: 1 })
    expect(await refusalOf(asked)).toBe('countyOutOfReach')
    const own = await world.execute({ name: 'auth.me', input: {}, actor: world.actor('card'), countyId: 1 })
    expect(own).toMatchObject({ role: 'countyCardAdmin' })
  })

  it('is looked at under the viewer’s name in the county’s own audit', async () => {
    const viewer = await person('av', 'regionViewer', null)
    expect(await refusalOf(world.execute({ name: 'auth.me', input: {}, actor: viewer, countyId: 1 }))).toBe(
      'countyOutOfReach',
    )
    const rows = await world.db.selectFrom('audit').select('countyId').where('actorName', '=', 'av').execute()
    expect(rows).toEqual([{ countyId: 0 }])
  })
})
