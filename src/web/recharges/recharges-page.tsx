// The recharge records, newest first: filter and page stand in the address.

import { useQuery } from '@tanstack/react-query'
import { Button, Grid, Segmented } from 'antd'
import { useRefetchMs } from '../events.ts'
import { useWords } from '../language.ts'
import { LiveDot } from '../parts/live-dot.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageTitle } from '../parts/page-title.tsx'
import { Problem } from '../parts/problem.tsx'
import { go, type Place, usePlace, withQuery } from '../place.tsx'
import { type RechargeState, rechargeStates, rechargesQuery } from '../queries.ts'
import { RechargeCards } from './recharge-cards.tsx'
import { RechargeTable } from './recharge-table.tsx'

export default function RechargesPage() {
  const t = useWords()
  const place = usePlace()
  const state = rechargeStates.find(known => known === place.query.get('state'))
  const before = cursorOf(place)
  const refetchMs = useRefetchMs()
  const { data, error, refetch } = useQuery({
    ...rechargesQuery(state, before),
    // An older page does not change under the reader's eyes.
    refetchInterval: before === undefined && refetchMs,
  })
  const isWide = Grid.useBreakpoint().lg ?? window.innerWidth >= 992
  const Records = isWide ? RechargeTable : RechargeCards
  return (
    <>
      <PageTitle title={t('page.recharges')}>
        <span className="spread" />
        {before === undefined && <LiveDot />}
      </PageTitle>
      <div className="filters">
        <span id="state-filter">{t('recharges.filter')}</span>
        <Segmented<RechargeState | 'all'>
          aria-labelledby="state-filter"
          name="state"
          value={state ?? 'all'}
          options={(['all', ...rechargeStates] as const).map(value => ({
            value,
            label: value === 'all' ? t('recharges.all') : t(`rechargeState.${value}`),
          }))}
          onChange={value => go(withQuery(place, { state: value === 'all' ? null : value, before: null }))}
        />
      </div>
      {error && <Problem error={error} what={t('page.recharges')} retry={refetch} />}
      {!data && !error && <Loading />}
      {data?.recharges.length === 0 && <Nothing state={state} place={place} />}
      {data && data.recharges.length > 0 && <Records recharges={data.recharges} />}
      {data && <Paging place={place} last={data.hasMore ? data.recharges.at(-1)?.rechargeId : undefined} />}
    </>
  )
}

function Nothing({ state, place }: { state: RechargeState | undefined; place: Place }) {
  const t = useWords()
  if (!state) return <p className="empty panel">{t('recharges.empty')}</p>
  return (
    <div className="empty panel">
      <p>{t('recharges.emptyFiltered', { state: t(`rechargeState.${state}`) })}</p>
      <Button onClick={() => go(withQuery(place, { state: null, before: null }))}>{t('recharges.clear')}</Button>
    </div>
  )
}

/** Pages take each other's place in the history, so that Back leaves the list in one step. */
function Paging({ place, last }: { place: Place; last: number | undefined }) {
  const t = useWords()
  const before = place.query.get('before')
  const trail = trailOf(place)
  if (before === null && last === undefined) return null
  const turn = (cursor: string | null, state: readonly string[]) => {
    go(withQuery(place, { before: cursor }), { replace: true, state })
    window.scrollTo({ top: 0 })
  }
  return (
    <nav className="paging" aria-label={t('recharges.paging')}>
      <Button disabled={before === null} onClick={() => turn(null, [])}>
        {t('recharges.newest')}
      </Button>
      <Button
        disabled={before === null || trail.length === 0}
        onClick={() => turn(trail.at(-1) || null, trail.slice(0, -1))}
      >
        {t('recharges.newer')}
      </Button>
      <Button disabled={last === undefined} onClick={() => turn(String(last), [...trail, before ?? ''])}>
        {t('recharges.older')}
      </Button>
    </nav>
  )
}

/** The pages passed on the way here; a copied address has none and can still go back to the newest. */
function trailOf({ state }: Place): string[] {
  return Array.isArray(state) ? state.filter(cursor => typeof cursor === 'string') : []
}

function cursorOf({ query }: Place): number | undefined {
  const cursor = Number(query.get('before') ?? Number.NaN)
  return Number.isSafeInteger(cursor) && cursor > 0 ? cursor : undefined
}
