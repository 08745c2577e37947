// The services every test world has alike: the product's own times and limits, on the real clock.

import type { Services } from '../../src/domain/services.ts'

export const realTimeServices: Pick<
  Services,
  'times' | 'limits' | 'sessionHours' | 'auditKey' | 'slipKey' | 'signInKey' | 'demonstration' | 'phone'
> = {
  times: {
    leaseMs: 60_000,
    expiresAfterMs: 60_000,
    inflightMaxMs: 120_000,
    sendWithinMs: 5_000,
    schedule: [10_000],
    readTimeoutMs: 5_000,
    postTimeoutMs: 8_000,
    queryTimeoutMs: 4_000,
    heartbeatTimeoutMs: 5_000,
    askAgainMs: [2_000, 3_000],
    readPatience: { totalMs: 10_000, retryFloorMs: 3_000 },
  },
  limits: {
    wrongPinsPerCaller: 10,
    callerLockMs: 86_400_000,
    wrongPinsWithheld: 10,
    withheldWindowMs: 3_600_000,
    wrongPinsPerCard: 5,
    rechargesPerAccountDay: 1_000,
  },
  sessionHours: 1,
  auditKey: Buffer.alloc(32, 1),
  slipKey: Buffer.alloc(32, 2),
  signInKey: Buffer.alloc(32, 2),
  demonstration: true,
  phone: { access: 'public', key: Buffer.alloc(32, 3) },
}
