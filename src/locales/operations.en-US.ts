// The names of operations, in English.

import type { OperationName } from '../registry.ts'

export const operations: Record<OperationName, string> = {
  'stock.summary': 'Stock summary',
}
