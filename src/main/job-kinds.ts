// The kinds of long work this node can run.

import type { Services } from '../domain/services.ts'
import type { JobKind } from '../kernel/jobs.ts'
import type { Platform } from './platform.ts'

export function jobKinds(_platform: Platform, _services: Services): Readonly<Record<string, JobKind>> {
  return {}
}
