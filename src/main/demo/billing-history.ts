// Tells the reference billing system what it booked in the history, by its own door, so that both sides agree.

import type { MisAdmin } from '../../mis/simulator/admin-client.ts'
import { mostBooked } from '../../mis/simulator/admin-schemas.ts'
import { instantOf } from '../../mis/wire/time.ts'
import { misChannelId } from '../mis-channel.ts'
import { plainDate } from './calendar.ts'
import type { Plan } from './plan.ts'
import { misRefOf, transactionSerialOf } from './recharges.ts'

/** May be told again: what is booked already stays as it is. */
export async function tellBilling(admin: Pick<MisAdmin, 'bookHistory'>, { setting, booked }: Plan): Promise<void> {
  const payments = booked.map(({ recharge, ...one }) => ({
    ...one,
    serial: transactionSerialOf(setting.code, recharge),
    channelId: misChannelId,
    acctDate: plainDate(recharge.ms),
    misRef: misRefOf(recharge.rechargeId),
    postedAt: instantOf(recharge.settledMs),
    postedMs: recharge.settledMs,
    balanceFen: recharge.balanceFen,
  }))
  for (let first = 0; first < payments.length; first += mostBooked) {
    await admin.bookHistory(payments.slice(first, first + mostBooked))
  }
}
