// The same records one below the other, for narrow screens.

import { count, dateTime, yuan } from '../format.ts'
import { useWords } from '../language.ts'
import { Digits } from '../parts/digits.tsx'
import { RechargeChip } from '../parts/recharge-chip.tsx'
import type { Recharge } from '../queries.ts'

export function RechargeCards({ recharges }: { recharges: readonly Recharge[] }) {
  const t = useWords()
  return (
    <ul className="record-cards" aria-label={t('recharges.caption', { count: count(recharges.length) })}>
      {recharges.map(recharge => (
        <li key={recharge.rechargeId}>
          <p className="record-card-head">
            <span className="tabular">{dateTime(recharge.acceptedAt)}</span>
            <strong className="tabular">{t('today.yuan', { yuan: yuan(recharge.amountFen) })}</strong>
          </p>
          <p className="record-card-head">
            <RechargeChip state={recharge.state} owed={recharge.owed} />
            <span>{recharge.reason && t.of('reason', recharge.reason)}</span>
          </p>
          <dl>
            <dt>{t('recharges.serial')}</dt>
            <dd>
              <Digits text={recharge.serial} />
            </dd>
            <dt>{t('recharges.account')}</dt>
            <dd className="tabular">{recharge.accountNo}</dd>
            <dt>{t('recharges.seller')}</dt>
            <dd>{recharge.sellerName}</dd>
            <dt>{t('recharges.channel')}</dt>
            <dd>{t.of('channel', recharge.channel)}</dd>
            <dt>{t('recharges.transaction')}</dt>
            <dd>
              <Digits text={recharge.transactionSerial} />
            </dd>
            <dt>{t('recharges.misRef')}</dt>
            <dd>{recharge.misRef ?? t('none')}</dd>
          </dl>
        </li>
      ))}
    </ul>
  )
}
