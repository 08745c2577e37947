// The operation log of a search as a file.

import { auditEntries } from '../../domain/listing/audit-entries.ts'
import { exportOf } from '../../domain/listing/operations.ts'

export const exported = exportOf(auditEntries, { roles: ['auditAdmin'] })
