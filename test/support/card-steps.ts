// The steps of the card path in one call each, for tests that need what comes after them.

import type { MadeBatch } from './maker.ts'
import { createMaker, makeBatch } from './maker.ts'
import type { Person, World } from './world.ts'

/** Stock-in of one delivery, all good. */
export async function stockIn(world: World, batch: MadeBatch, file: AsyncIterable<Uint8Array>, deliveryNo = 1) {
  const card = world.as('card').stockIn
  const { documentId } = await card.create({ batchId: batch.documentId, deliveryNo })
  const { jobId } = await card.upload({ documentId, fileId: await world.upload(file) })
  await world.jobDone(jobId)
  await card.inspect({ documentId })
  const { version } = await card.submit({ documentId })
  return world.as('finance').stockIn.accept({ documentId, version, confirm: '拒收' })
}

/** A batch made, delivered whole and stocked in. */
export async function stockedBatch(world: World, wanted: { quantity: number; faceValueFen?: number }) {
  const maker = await createMaker(world, `卡厂 ${Math.random()}`)
  const batch = await makeBatch(world, maker, wanted)
  await stockIn(world, batch, await maker.deliver(batch.documentId))
  return batch
}

export const receiver = { name: '领卡员', staffNo: 'L-1' }

/** Cards of a batch drawn by a station, from application to acceptance. */
export async function draw(
  world: World,
  station: Person,
  batch: MadeBatch,
  { from, quantity, faceValueFen = 5_000 }: { from: number; quantity: number; faceValueFen?: number },
) {
  const applicant = world.as(station).stationDraw
  const created = await applicant.create({ lines: [{ faceValueFen, quantity }], receiver })
  const submitted = await applicant.submit(created)
  await world.as('card').stationDraw.approve({ documentId: submitted.documentId, version: submitted.version })
  const finance = world.as('finance').stationDraw
  const { documentId } = await finance.prepare({ documentId: submitted.documentId })
  await finance.scan({
    documentId,
    ranges: [{ firstSerial: batch.serial(from), lastSerial: batch.serial(from + quantity - 1) }],
  })
  await finance.confirmCheck({ documentId, staffNo: receiver.staffNo })
  await finance.issue({ documentId })
  return applicant.accept({ documentId })
}
