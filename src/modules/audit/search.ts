// The operation log of the county by any of its fields.

import { auditEntries } from '../../domain/listing/audit-entries.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const search = searchOf(auditEntries, { roles: ['auditAdmin'], sensitive: true })
