// The two operations of every list: search by pages, and export of everything that fits.

import { z } from 'zod'
import { enqueueJob } from '../../kernel/jobs.ts'
import { exportAnswer, exportInput, smallExport } from '../export/export.ts'
import { type CommandContext, command, query } from '../services.ts'
import { type Listing, readFacets, readPage, readTotals, type Scope, searchInput, searchOutput } from './listing.ts'

export function scopeOf({ countyId, actor, now, services }: CommandContext): Scope {
  return { countyId, actor, now, wrongPinsPerCard: services.limits.wrongPinsPerCard }
}

/** A search; `sensitive` ones are logged. */
export function searchOf<F extends z.ZodRawShape, R extends z.ZodObject>(
  listing: Listing & { filter: F; row: R },
  { roles, sensitive = false }: { roles: readonly string[]; sensitive?: boolean },
) {
  return query({
    roles,
    sensitive,
    input: searchInput(listing),
    output: searchOutput(listing.row),
    async run(context, input) {
      const { sort, direction, after, limit, count, ...filter } = z.looseObject(pageShape).parse(input)
      const scope = scopeOf(context)
      const { rows, next } = await readPage(context.tx, listing, scope, filter, { sort, direction, after, limit })
      return {
        rows: rows.map(row => z.custom<z.input<R>>().parse(row)),
        next,
        totals: count ? await readTotals(context.tx, listing, scope, filter) : null,
        facets: count ? await readFacets(context.tx, listing, scope, filter) : null,
      }
    },
  })
}

const pageShape = {
  sort: z.string(),
  direction: z.enum(['asc', 'desc']),
  after: z.string().optional(),
  limit: z.int(),
  count: z.boolean(),
}

/** An export: up to 5,000 rows are answered at once, more become a job whose file is fetched by `job.download`. */
export function exportOf<F extends z.ZodRawShape>(
  listing: Listing & { filter: F },
  { roles }: { roles: readonly string[] },
) {
  return command({
    roles,
    input: exportInput(listing),
    output: exportAnswer,
    answersSecret: true,
    isRead: true,
    recorded: ({ count, jobId }) => ({ count, jobId }),
    async run(context, input) {
      const { tx, actor, countyId } = context
      const found = await smallExport(context.tx, listing, scopeOf(context), input)
      if (found.download) return { ...found, jobId: null }
      const job = { listing: listing.name, request: input, actor: { ...actor, sessionHash: null } }
      const createdBy = actor.operatorId
      const jobId = await enqueueJob(tx, { countyId, kind: 'listing.export', input: job, createdBy })
      return { count: found.count, jobId }
    },
  })
}
