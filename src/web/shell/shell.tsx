// What stands around every page: header, menu, and the page of the address or why there is none.

import { Suspense } from 'react'
import { LiveProvider, useEvents } from '../events.ts'
import { useWords } from '../language.ts'
import { mayOpen, pageAt, seesFigures } from '../pages.ts'
import { CrashGuard } from '../parts/crash-guard.tsx'
import { Loading } from '../parts/loading.tsx'
import type { Place } from '../place.tsx'
import type { Me } from '../queries.ts'
import { Header } from './header.tsx'
import { Menu } from './menu.tsx'
import { Forbidden, Missing } from './no-page.tsx'

export function Shell({ me, place }: { me: Me; place: Place }) {
  const t = useWords()
  const shell = (
    <div className="shell">
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      <Header me={me} path={place.path} />
      <aside className="side">
        <Menu me={me} path={place.path} />
      </aside>
      <main id="content" tabIndex={-1}>
        <CrashGuard key={place.path}>
          <Suspense fallback={<Loading />}>
            <Content me={me} path={place.path} />
          </Suspense>
        </CrashGuard>
      </main>
    </div>
  )
  return seesFigures(me) ? <WithEvents>{shell}</WithEvents> : shell
}

function Content({ me, path }: { me: Me; path: string }) {
  const page = pageAt(path)
  if (!page) return <Missing path={path} />
  if (!mayOpen(me, page)) return <Forbidden page={page} />
  return <page.Content me={me} />
}

function WithEvents({ children }: { children: React.ReactNode }) {
  return <LiveProvider value={useEvents()}>{children}</LiveProvider>
}
