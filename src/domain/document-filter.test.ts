// The filters of all document lists, each alone, on documents of two stations.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, receiver, stockedBatch } from '../../test/support/card-steps.ts'
import type { MadeBatch } from '../../test/support/maker.ts'
import { createWorld, type World } from '../../test/support/world.ts'

let world: World
let batch: MadeBatch
/** An application of each of two stations that went all the way, a third that waits, and a draft put away. */
let documents: { first: number; second: number; waiting: number }
beforeAll(async () => {
  world = await createWorld()
  batch = await stockedBatch(world, { quantity: 100 })
  await draw(world, 'station1', batch, { from: 0, quantity: 10 })
  await draw(world, 'station2', batch, { from: 50, quantity: 20 })
  const created = await world.as('station2').stationDraw.create({
    lines: [{ faceValueFen: 5_000, quantity: 3 }],
    receiver,
  })
  const waiting = await world.as('station2').stationDraw.submit(created)
  await world.as('card').stationDraw.approve({ documentId: waiting.documentId, version: waiting.version })
  const all = (await world.as('card').stationDraw.list({ kind: 'LS' })).documents
  const of = (station: number, state: string) =>
    all.find(head => head.holderId === world.places.stations[station] && head.state === state)?.documentId ?? 0
  documents = { first: of(0, 'done'), second: of(1, 'done'), waiting: waiting.documentId }
})
afterAll(() => world.close())

type ListInput = Parameters<ReturnType<World['as']>['stationDraw']['list']>[0]
const found = async (filter: Partial<ListInput>, kind: 'LS' | 'CK' = 'LS') => {
  const { documents } = await world.as('card').stationDraw.list({ kind, ...filter })
  return documents.map(head => head.documentId).sort((a, b) => a - b)
}

test('every filter alone finds what it says', async () => {
  const { first, second, waiting } = documents
  const day = (days: number) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
  const { documentNo } = (await world.as('card').stationDraw.get({ kind: 'LS', documentId: first })).head
  expect(documentNo).not.toBeNull()
  const cases: [Partial<ListInput>, number[]][] = [
    [{}, [first, second, waiting]],
    [{ states: ['approved'] }, [waiting]],
    [{ fromDay: day(0), toDay: day(0) }, [first, second, waiting]],
    [{ fromDay: day(1) }, []],
    [{ toDay: day(-1) }, []],
    [{ holderId: world.places.stations[0] }, [first]],
    [{ faceValueFen: 5_000 }, [first, second, waiting]],
    [{ faceValueFen: 10_000 }, []],
    [{ documentNo: documentNo?.slice(2) ?? '' }, [first]],
    // An application has no ranges of its own: it is found by the issue that was made from it.
    [{ containsSerial: batch.serial(9) }, [first]],
    [{ containsSerial: batch.serial(10) }, []],
    [{ containsSerial: batch.serial(69) }, [second]],
    [{ person: '人员 station1' }, [first]],
    [{ person: 'station1' }, [first]],
    [{ person: 'N-station1' }, [first]],
    [{ person: 'N-station' }, []],
    [{ person: '人员 card' }, [first, second, waiting]],
    [{ person: '%' }, []],
    [{ onlyMine: true }, [first, second, waiting]],
    [{ expiringWithinDays: 1 }, []],
    [{ expiringWithinDays: 8 }, [waiting]],
  ]
  for (const [filter, expected] of cases) {
    expect(await found(filter), JSON.stringify(filter)).toEqual(expected.sort((a, b) => a - b))
  }
  await expect(found({ containsSerial: '001000000000' })).rejects.toMatchObject({ code: 'badSerial' })
})

test('counts per state leave the states of the filter aside; a station counts its own', async () => {
  const list = (who: 'card' | 'station1' | 'finance') =>
    world.as(who).stationDraw.list({ kind: 'LS', states: ['done'] })
  expect((await list('card')).counts).toEqual([
    { state: 'approved', quantity: 1 },
    { state: 'done', quantity: 2 },
  ])
  expect((await list('station1')).counts).toEqual([{ state: 'done', quantity: 1 }])
  const { documents: issues } = await world.as('station2').stationDraw.list({ kind: 'CK' })
  expect(issues).toMatchObject([
    { state: 'accepted', quantity: 20, amountFen: 100_000, faceValues: [{ faceValueFen: 5_000, quantity: 20 }] },
  ])
  const steps = (await world.as('card').stationDraw.get({ kind: 'CK', documentId: issues[0]?.documentId ?? 0 })).steps
  expect(issues[0]?.since).toBe(steps.at(-1)?.at)
})
