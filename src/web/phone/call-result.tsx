// What came of a call that is over, in the words it was told in; staff go on to its record.

import { useWords } from '../language.ts'
import { seesCalls } from '../pages.ts'
import { Link } from '../place.tsx'
import type { Me } from '../queries.ts'
import type { PhoneState } from './phone-state.ts'

export function CallResult({ state, me }: { state: PhoneState; me: Me | null }) {
  const t = useWords()
  const { results, callId, upAtMs } = state
  if (upAtMs === null) return null
  return (
    <section className="call-result" aria-labelledby="call-result">
      <h2 id="call-result">{t('phone.result')}</h2>
      {results.length === 0 && <p>{t('phone.nothing')}</p>}
      <ul>
        {results.map(({ outcome, words }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results are only ever added at the end
          <li key={place}>
            <strong className={goodOnes.includes(outcome) ? 'is-good' : ''}>{t.of('outcome', outcome)}</strong>
            {words !== '' && <p>{words}</p>}
          </li>
        ))}
      </ul>
      {me && seesCalls(me) && callId !== null && <Link to={`/?call=${callId}#calls`}>{t('phone.record')}</Link>}
    </section>
  )
}

const goodOnes = ['recharge.succeeded', 'recharge.owed']
