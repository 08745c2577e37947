// Shapes of answers that the list and the page of a stock-in share.

import { z } from 'zod'

/** Cards per class: 一致 缺少 多出 重复 密码不符 面值不符 厂家报废. */
export const counts = z.object({
  match: z.int(),
  missing: z.int(),
  extra: z.int(),
  duplicate: z.int(),
  changedPin: z.int(),
  changedFace: z.int(),
  reportedFaulty: z.int(),
})
