// The job of a big export: one snapshot, page by page into a file of the store, which is kept for a while.

import { sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../kernel/db.ts'
import type { JobKind } from '../../kernel/jobs.ts'
import { listings } from '../listing/index.ts'
import type { Services } from '../services.ts'
import { bigExport } from './export.ts'

export interface ExportSettings {
  db: Database
  services: Pick<Services, 'files' | 'limits'>
  now: () => Date
}

const keptHours = 72
/** Expired files taken away before a new one is made. */
const mostRemoved = 100

const jobInput = z.object({
  listing: z.string(),
  request: z.record(z.string(), z.unknown()),
  actor: z.object({
    role: z.string(),
    countyId: z.int(),
    operatorId: z.int().nullable(),
    holderId: z.int().nullable(),
    staffNo: z.string().nullable(),
    name: z.string(),
    sessionHash: z.null(),
  }),
})

/** The long works of exports, for the composition root to run. */
export function exportJobKinds(settings: ExportSettings): Readonly<Record<string, JobKind>> {
  return { 'listing.export': exportListing(settings) }
}

function exportListing({ db, services, now }: ExportSettings): JobKind {
  return async ({ countyId, jobId, progress }, input) => {
    const path = `export-${countyId}-${jobId}`
    await progress(0, 0)
    await removeExpired({ db, services }, countyId)
    try {
      const { actor, listing: name, request } = jobInput.parse(input)
      const listing = listings.get(name)
      if (!listing) throw new Error(`there is no list ${name}`)
      const scope = { countyId, actor, now: now(), wrongPinsPerCard: services.limits.wrongPinsPerCard }
      const made = await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(async tx => {
          const { bytes, ...file } = await bigExport(tx, listing, scope, request, progress)
          return { ...file, sizeBytes: (await services.files.writeDraft(path, bytes)).sizeBytes }
        })
      await services.files.finishDraft(path)
      await keepFile(db, { countyId, jobId, path, ...made })
      return { count: made.count, fileName: made.fileName, sizeBytes: made.sizeBytes }
    } catch (error) {
      await services.files.removeDraft(path)
      throw error
    }
  }
}

interface MadeFile {
  countyId: number
  jobId: number
  path: string
  fileName: string
  mediaType: string
  sizeBytes: number
  count: number
}

/** The same job run again after a crash writes the same row. */
async function keepFile(db: Database, { count, ...file }: MadeFile): Promise<void> {
  const kept = { ...file, rowCount: count, expiresAt: sql<Date>`now() + make_interval(hours => ${keptHours})` }
  await db
    .insertInto('exportFile')
    .values(kept)
    .onConflict(conflict => conflict.columns(['countyId', 'jobId']).doUpdateSet(kept))
    .execute()
}

async function removeExpired({ db, services }: Pick<ExportSettings, 'db' | 'services'>, countyId: number) {
  const expired = await db
    .selectFrom('exportFile')
    .select(['jobId', 'path'])
    .where('countyId', '=', countyId)
    .where('expiresAt', '<', sql<Date>`now()`)
    .limit(mostRemoved)
    .execute()
  for (const { jobId, path } of expired) {
    await services.files.remove(path)
    await db.deleteFrom('exportFile').where('countyId', '=', countyId).where('jobId', '=', jobId).execute()
  }
}
