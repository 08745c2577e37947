// Applications or issues, newest first; a station sees its own.

import { z } from 'zod'
import { documentHead, listInput, stateCounts } from '../../domain/document-forms.ts'
import { countStates, listDocuments } from '../../domain/document-read.ts'
import { query } from '../../domain/services.ts'

export const list = query({
  roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'],
  input: z.strictObject({ kind: z.enum(['LS', 'CK']), ...listInput }),
  output: z.object({ documents: z.array(documentHead), counts: stateCounts }),
  async run({ tx, actor }, { kind, ...page }) {
    return {
      documents: await listDocuments(tx, actor, kind, page),
      counts: await countStates(tx, actor, kind, page),
    }
  },
})
