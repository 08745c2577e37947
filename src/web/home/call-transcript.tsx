// What is said and keyed in one call, as it happens; follows the end unless somebody scrolled back.

import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef } from 'react'
import { useLive } from '../events.ts'
import { dateTime, time } from '../format.ts'
import { useWords } from '../language.ts'
import { Loading } from '../parts/loading.tsx'
import { Problem } from '../parts/problem.tsx'
import { type Call, pollMs, transcriptQuery } from '../queries.ts'

/** So near to the end counts as reading along. */
const nearPx = 40

export function CallTranscript({ callId, call }: { callId: string; call: Call | undefined }) {
  const t = useWords()
  const live = useLive()
  const { data, error, refetch } = useQuery({
    ...transcriptQuery(callId),
    refetchInterval: query => (live || query.state.data?.ended ? false : pollMs),
  })
  const steps = data?.steps ?? []
  const list = useFollowEnd(steps.length)
  const caller = call?.caller ?? t('calls.withheld')
  return (
    <>
      <p className="secondary transcript-head">
        {call && t('calls.transcriptOf', { caller, time: dateTime(call.startedAt) })}
        {data && (
          <span className={data.ended ? 'chip' : 'chip chip-live'}>
            {t(data.ended ? 'calls.ended' : 'calls.running')}
          </span>
        )}
      </p>
      {error && <Problem error={error} what={t('calls.transcript')} retry={refetch} />}
      {!data && !error && <Loading />}
      {data && steps.length === 0 && <p className="empty">{t('calls.noSteps')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable by keyboard */}
      <div className="transcript" ref={list} role="log" aria-label={t('calls.transcript')} tabIndex={0}>
        <ol>
          {steps.map(({ stepNo, at, kind, text }) => (
            <li key={stepNo} className={`step step-${kind}`}>
              <span className="step-time tabular">{time(at)}</span>
              <span className="step-kind">{t.of('step', kind)}</span>
              <span className="step-text">{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </>
  )
}

function useFollowEnd(length: number) {
  const list = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return
    const watch = () => {
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
    }
    element.addEventListener('scroll', watch, { passive: true })
    return () => element.removeEventListener('scroll', watch)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer list is what makes it scroll
  useLayoutEffect(() => {
    if (follows.current) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [length])
  return list
}
