// Proves the audit chain of the county, a stretch of seals at a time, and names the tail that no seal covers yet.

import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { query } from '../../domain/services.ts'
import { unsealedTail, verifyStretch } from '../../kernel/seal.ts'

/** About a quarter of an hour of a busy county, proved in seconds. */
const sealsAtOnce = 1_000

export const verify = query({
  roles: ['auditAdmin'],
  sensitive: true,
  input: z.strictObject({
    /** Where the stretch before ended: its `nextSealNo`. */
    fromSealNo: z.int().min(1).default(1),
  }),
  output: z.object({
    sealedRows: z.int(),
    faults: z.array(
      z.object({
        sealNo: z.int().nullable(),
        auditId: z.int().nullable(),
        fault: z.enum(['changed', 'deleted', 'neverQueued', 'sealBroken']),
      }),
    ),
    /** Ask again from here; null when the whole chain was looked at. */
    nextSealNo: z.int().nullable(),
    newestSeal: z.object({ sealNo: z.int(), mac: z.string() }).nullable(),
    unsealed: z.object({ rows: z.int(), auditIds: z.array(z.int()), oldest: instant.nullable() }),
  }),
  async run({ tx, countyId, services }, { fromSealNo }) {
    const stretch = { fromSealNo, most: sealsAtOnce }
    const { sealedRows, faults, newestSeals, nextSealNo } = await verifyStretch(
      tx,
      services.auditKey,
      countyId,
      stretch,
    )
    return {
      sealedRows,
      faults: faults.map(({ sealNo, auditId, fault }) => ({ sealNo, auditId, fault })),
      nextSealNo,
      newestSeal: newestSeals[0] ?? null,
      unsealed: await unsealedTail(tx, countyId),
    }
  },
})
