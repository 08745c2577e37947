// The names of operations, in Chinese.

import type { OperationName } from '../registry.ts'

export const operations: Record<OperationName, string> = {
  'stock.summary': '库存汇总',
}
