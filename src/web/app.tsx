// Who is signed in decides what is shown: the sign-in page, or the shell with the page of the address.

import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { mayOpen, pageAt } from './pages.ts'
import { ConnectionBar } from './parts/connection-bar.tsx'
import { Loading } from './parts/loading.tsx'
import { Problem } from './parts/problem.tsx'
import { go, type Place, usePlace } from './place.tsx'
import { type Me, meQuery, takeEnded } from './queries.ts'
import { Shell } from './shell/shell.tsx'

const LoginPage = lazy(() => import('./login/login-page.tsx'))
const PhonePage = lazy(() => import('./phone/phone-page.tsx'))
const loginPath = '/login'
/** Open to anybody where the installation says so; who is signed in finds it there too. */
const phonePath = '/phone'

export function App() {
  const place = usePlace()
  const { data: me, error, refetch } = useQuery(meQuery)
  useRightAddress(place, me)
  return (
    <>
      <ConnectionBar />
      {me === undefined && (error ? <Problem error={error} retry={refetch} /> : <Loading />)}
      <Suspense fallback={<Loading />}>
        {me === null && place.path === loginPath && <LoginPage />}
        {me !== undefined && place.path === phonePath && <PhonePage me={me} />}
        {me && place.path !== loginPath && place.path !== phonePath && <Shell me={me} place={place} />}
      </Suspense>
    </>
  )
}

/** Whoever is not signed in goes to sign in, and afterwards back, but only to a page this person may open. */
function useRightAddress(place: Place, me: Me | null | undefined): void {
  const hasBeenSignedIn = useRef(false)
  useEffect(() => {
    if (me === null && place.path !== loginPath && place.path !== phonePath) {
      const ended = takeEnded()
      const leftByHand = hasBeenSignedIn.current && !ended
      const from = leftByHand ? '/' : `${place.path}${location.search}`
      const query = from === '/' ? '' : `?from=${encodeURIComponent(from)}`
      go(`${loginPath}${query}`, { replace: !leftByHand, state: ended ? 'ended' : null })
    }
    if (me && place.path === loginPath) go(wanted(place, me), { replace: true })
    hasBeenSignedIn.current = Boolean(me)
  }, [place, me])
}

function wanted({ query }: Place, me: Me): string {
  const from = query.get('from') ?? '/'
  // Only an address of these pages: never another host.
  const address = new URL(from, location.origin)
  if (address.origin === location.origin && address.pathname === phonePath) return phonePath
  const page = address.origin === location.origin ? pageAt(address.pathname) : undefined
  return page && mayOpen(me, page) ? `${address.pathname}${address.search}` : '/'
}
