// Today's recharges by how they stand; each figure leads to the list behind it.

import { count, yuan } from '../format.ts'
import { useWords } from '../language.ts'
import { Panel } from '../parts/panel.tsx'
import { rechargeMarks } from '../parts/recharge-chip.tsx'
import { Link } from '../place.tsx'
import type { Home } from '../queries.ts'

const figures = [
  { name: 'accepted', to: '/recharges', mark: '' },
  { name: 'succeeded', to: '/recharges?state=succeeded', mark: rechargeMarks.succeeded },
  { name: 'failed', to: '/recharges?state=failed', mark: rechargeMarks.failed },
  { name: 'doubtful', to: '/recharges?state=doubtful', mark: rechargeMarks.doubtful },
  { name: 'owed', to: '/recharges?state=initial', mark: rechargeMarks.owed },
] as const

export function Today({ today }: { today: Home['today'] }) {
  const t = useWords()
  return (
    <Panel title={t('today.title')} className="today">
      <ul className="figures">
        {figures.map(({ name, to, mark }) => {
          const { quantity, amountFen } = today[name]
          return (
            <li key={name} className={`figure figure-${name} ${quantity === 0 ? 'is-zero' : ''}`}>
              <Link to={to}>
                <span className="figure-name">
                  {mark && <span aria-hidden="true">{mark}</span>} {t(`today.${name}`)}
                </span>
                <span className="figure-count">
                  {count(quantity)} <span className="figure-unit">{t('today.unit')}</span>
                </span>
                <span className="figure-yuan">{t('today.yuan', { yuan: yuan(amountFen) })}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
