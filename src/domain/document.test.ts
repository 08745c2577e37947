// Documents: numbers without gaps, steps as the table says, people kept apart, versions seen.

import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../test/support/world.ts'
import { advanceDocument, createDocument, lockDocument } from './document.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const draft = () =>
  world.inTransaction(tx => createDocument(tx, world.actor('card'), { kind: 'ZK', holderId: world.places.county }))

const submit = (documentId: number) =>
  world.inTransaction(async tx => {
    const document = await lockDocument(tx, 1, 'ZK', documentId)
    return advanceDocument(tx, world.actor('card'), document, 'ZK', 'submit')
  })

test('numbers have no gaps, whatever is rolled back and however many come at once', async () => {
  const drafts = await Promise.all(Array.from({ length: 12 }, draft))
  expect(drafts.map(document => document.documentNo)).toEqual(drafts.map(() => null))
  const outcomes = await Promise.allSettled(
    drafts.map(({ documentId }, place) =>
      world.inTransaction(async tx => {
        const document = await lockDocument(tx, 1, 'ZK', documentId)
        const done = await advanceDocument(tx, world.actor('card'), document, 'ZK', 'submit')
        if (place % 3 === 0) throw new Error('changed its mind')
        return done.documentNo
      }),
    ),
  )
  const numbers = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value ?? ''] : [])).sort()
  const { rows } = await sql<{
    day: string
  }>`select to_char(now() at time zone 'Asia/Shanghai', 'YYYYMMDD') as day`.execute(world.db)
  expect(numbers).toEqual(numbers.map((_, place) => `ZK410123${rows[0]?.day}${String(place + 1).padStart(4, '0')}`))
  expect(numbers).toHaveLength(8)
})

test('a step that the state does not allow is refused, and so is an old version', async () => {
  const { documentId, version } = await draft()
  await expect(
    world.inTransaction(async tx => {
      const document = await lockDocument(tx, 1, 'ZK', documentId)
      await advanceDocument(tx, world.actor('finance'), document, 'ZK', 'approve')
    }),
  ).rejects.toMatchObject({ code: 'documentState', details: { state: 'draft', action: 'approve' } })
  const submitted = await submit(documentId)
  await expect(submit(documentId)).rejects.toMatchObject({ code: 'documentState' })
  await expect(world.inTransaction(tx => lockDocument(tx, 1, 'ZK', documentId, version))).rejects.toMatchObject({
    code: 'documentMoved',
    details: { documentNo: submitted.documentNo },
  })
  await expect(world.inTransaction(tx => lockDocument(tx, 1, 'LS', documentId))).rejects.toMatchObject({
    code: 'documentNotFound',
  })
  await expect(world.inTransaction(tx => lockDocument(tx, 2, 'ZK', documentId))).rejects.toMatchObject({
    code: 'documentNotFound',
  })
})

test('one person under two sign-ins neither approves nor executes what is their own, unless the county allows it', async () => {
  const { documentId } = await submit((await draft()).documentId)
  const sameStaff = { ...world.actor('finance'), staffNo: world.actor('card').staffNo }
  const approve = (actor = sameStaff) =>
    world.inTransaction(async tx => {
      const document = await lockDocument(tx, 1, 'ZK', documentId)
      return advanceDocument(tx, actor, document, 'ZK', 'approve')
    })
  await expect(approve()).rejects.toMatchObject({ code: 'C01' })
  await approve(world.actor('finance'))
  const generate = () =>
    world.inTransaction(async tx => {
      const document = await lockDocument(tx, 1, 'ZK', documentId)
      return advanceDocument(
        tx,
        { ...world.actor('card2'), staffNo: world.actor('finance').staffNo },
        document,
        'ZK',
        'startGenerating',
      )
    })
  await expect(generate()).rejects.toMatchObject({ code: 'C02' })
  await sql`update county set settings = '{"separationOfDuties": false}' where county_id = 1`.execute(world.db)
  expect((await generate()).state).toBe('generating')
  await sql`update county set settings = '{}' where county_id = 1`.execute(world.db)
  const { rows } = await sql<{ action: string; toState: string }>`
    select action, to_state from document_step where document_id = ${documentId} order by step_no`.execute(world.db)
  expect(rows.map(row => `${row.action} ${row.toState}`)).toEqual([
    'submit pendingApproval',
    'approve approved',
    'startGenerating generating',
  ])
})
