// Home: what today brought, what is in stock, what waits, who is on the telephone.

import { useQuery } from '@tanstack/react-query'
import { useRefetchMs } from '../events.ts'
import { count, date, time } from '../format.ts'
import { useWords } from '../language.ts'
import { seesCalls, seesFigures } from '../pages.ts'
import { LiveDot } from '../parts/live-dot.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageTitle } from '../parts/page-title.tsx'
import { Problem } from '../parts/problem.tsx'
import { homeQuery, type Me } from '../queries.ts'
import { Calls } from './calls.tsx'
import { Stock } from './stock.tsx'
import { Today } from './today.tsx'
import { Waiting } from './waiting.tsx'
import { Work } from './work.tsx'

export default function HomePage({ me }: { me: Me }) {
  return seesFigures(me) ? <Figures me={me} /> : <Work me={me} />
}

function Figures({ me }: { me: Me }) {
  const t = useWords()
  const { data: home, error, refetch, dataUpdatedAt } = useQuery({ ...homeQuery, refetchInterval: useRefetchMs() })
  const calls = seesCalls(me) && <Calls hotlineNumber={me.hotlineNumber} />
  // Whoever attends the hotline looks at the calls before anything else.
  const comesFirst = me.role === 'hotlineAttendant'
  return (
    <>
      <PageTitle title={t('page.home')}>
        <span className="secondary tabular">{date(new Date(dataUpdatedAt || Date.now()))}</span>
        <span className="spread" />
        {home && (
          <span className="secondary tabular">{t('today.updated', { time: time(new Date(dataUpdatedAt)) })}</span>
        )}
        {home && seesCalls(me) && (
          <a href="#calls" className={home.liveCalls > 0 ? 'chip chip-live' : 'chip'}>
            {t('calls.liveCount', { count: count(home.liveCalls) })}
          </a>
        )}
        <LiveDot />
      </PageTitle>
      {error && <Problem error={error} what={t('page.home')} retry={refetch} />}
      {!home && !error && <Loading />}
      {comesFirst && calls}
      {home && (
        <div className="home">
          <Today today={home.today} />
          <Stock stock={home.stock} />
          <Waiting documents={home.openDocuments} incidents={home.openIncidents} />
        </div>
      )}
      {!comesFirst && calls}
    </>
  )
}
