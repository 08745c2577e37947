// The kinds of long work this node can run.

import { cardJobKinds } from '../domain/card-file/job-kinds.ts'
import type { Services } from '../domain/services.ts'
import type { JobKind } from '../kernel/jobs.ts'
import type { Platform } from './platform.ts'

export function jobKinds({ db, pool }: Platform, services: Services): Readonly<Record<string, JobKind>> {
  return cardJobKinds({ db, pool, services, now: () => new Date() })
}
