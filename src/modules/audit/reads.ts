// Who looked at what is sensitive (敏感查看).

import { auditReads } from '../../domain/listing/audit-entries.ts'
import { searchOf } from '../../domain/listing/operations.ts'

export const reads = searchOf(auditReads, { roles: ['auditAdmin'], sensitive: true })
