// The kinds of long work this node can run.

import { finishInterruptedGenerations } from '../domain/card-file/generate.ts'
import { cardJobKinds } from '../domain/card-file/job-kinds.ts'
import { exportJobKinds } from '../domain/export/export-job.ts'
import type { Services } from '../domain/services.ts'
import type { JobKind } from '../kernel/jobs.ts'
import type { Platform } from './platform.ts'

export function jobKinds(platform: Platform, services: Services): Readonly<Record<string, JobKind>> {
  const settings = settingsOf(platform, services)
  return { ...cardJobKinds(settings), ...exportJobKinds(settings) }
}

/** Finishes or removes what a crash left of files; nothing is lost when it fails, since the next start looks again. */
export async function finishFiles(platform: Platform, services: Services): Promise<void> {
  const finished = await finishInterruptedGenerations(settingsOf(platform, services))
  if (finished > 0) platform.log.warn({ finished }, 'files that a crash interrupted were finished')
}

const settingsOf = ({ db, pool }: Platform, services: Services) => ({ db, pool, services, now: () => new Date() })
