// Who is on the telephone now, who was lately, and the words of the chosen call.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useRefetchMs } from '../events.ts'
import { count, dateTime, duration } from '../format.ts'
import { useWords, type Words } from '../language.ts'
import { Loading } from '../parts/loading.tsx'
import { Panel } from '../parts/panel.tsx'
import { Problem } from '../parts/problem.tsx'
import { Link, usePlace, withQuery } from '../place.tsx'
import { type Call, callsQuery } from '../queries.ts'
import { CallTranscript } from './call-transcript.tsx'

export function Calls({ hotlineNumber }: { hotlineNumber: string | null }) {
  const t = useWords()
  const place = usePlace()
  const { data, error, refetch } = useQuery({ ...callsQuery, refetchInterval: useRefetchMs() })
  const chosen = place.query.get('call')
  const { live, recent } = data ?? { live: [], recent: [] }
  return (
    <div className="calls" id="calls">
      <Panel title={t('calls.title')} className="call-lists" aside={<Link to="/phone">{t('calls.openPhone')}</Link>}>
        {error && <Problem error={error} what={t('calls.title')} retry={refetch} />}
        {!data && !error && <Loading />}
        {data && <CallList live={live} recent={recent} chosen={chosen} hotlineNumber={hotlineNumber} />}
      </Panel>
      <Panel title={t('calls.transcript')} className="transcript-panel">
        {chosen ? (
          <CallTranscript
            key={chosen}
            callId={chosen}
            call={[...live, ...recent].find(({ callId }) => callId === chosen)}
          />
        ) : (
          <p className="empty">{t('calls.choose')}</p>
        )}
      </Panel>
    </div>
  )
}

interface CallListProps {
  live: readonly Call[]
  recent: readonly Call[]
  chosen: string | null
  hotlineNumber: string | null
}

/** One list, so that a call that ends moves down with the focus it has. */
function CallList({ live, recent, chosen, hotlineNumber }: CallListProps) {
  const t = useWords()
  const noRecent = hotlineNumber ? t('calls.recentNone', { number: hotlineNumber }) : t('calls.recentNoneNoNumber')
  const rows = (calls: readonly Call[]) =>
    calls.map(call => (
      <li key={call.callId}>
        <CallRow call={call} isChosen={call.callId === chosen} />
      </li>
    ))
  return (
    <ul className="call-list">
      {[
        <li key="live">
          <h3>
            {t('calls.live')} <span className="tabular">{count(live.length)}</span>
          </h3>
          {live.length === 0 && <p className="empty">{t('calls.liveNone')}</p>}
        </li>,
        ...rows(live),
        <li key="recent">
          <h3>{t('calls.recent')}</h3>
          {recent.length === 0 && <p className="empty">{noRecent}</p>}
        </li>,
        ...rows(recent),
      ]}
    </ul>
  )
}

function CallRow({ call, isChosen }: { call: Call; isChosen: boolean }) {
  const t = useWords()
  const place = usePlace()
  const { callId, caller, startedAt, endedAt } = call
  return (
    <Link
      to={withQuery(place, { call: callId })}
      replace
      className="call-row"
      {...(isChosen ? { 'aria-current': 'true' as const } : {})}
    >
      <span className="tabular">{dateTime(startedAt)}</span>
      <span className="tabular call-caller">{caller ?? t('calls.withheld')}</span>
      <span className="call-end">{endedAt === null ? t('calls.running') : endOf(t, call)}</span>
      <span className="tabular call-length" title={t('calls.duration')}>
        {endedAt === null ? <Running since={startedAt} /> : duration(Date.parse(endedAt) - Date.parse(startedAt))}
      </span>
    </Link>
  )
}

/** What came of it where there is a word for it, else why it ended. */
function endOf(t: Words, { outcome, releaseCause }: Call): string {
  const word = outcome && t.of('outcome', outcome)
  return word && word !== outcome ? word : t.of('release', releaseCause ?? '')
}

function Running({ since }: { since: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(tick)
  }, [])
  return duration(now - Date.parse(since))
}
