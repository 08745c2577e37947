// The phone page: dials the hotline from the browser; in the demonstration with cards, accounts and whole calls to try.

import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Drawer as Sheet } from 'antd'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { askPhone } from '../api.ts'
import { useWords } from '../language.ts'
import { LanguageSwitch } from '../parts/language-switch.tsx'
import { Loading } from '../parts/loading.tsx'
import { ProductMark } from '../parts/mark.tsx'
import { PageTitle } from '../parts/page-title.tsx'
import { Problem } from '../parts/problem.tsx'
import { Link } from '../place.tsx'
import type { Me } from '../queries.ts'
import { useMatches } from '../theme.tsx'
import { DrawerContent } from './drawer.tsx'
import { createPhoneLine, type PhoneLine } from './phone-line.ts'
import { Telephone } from './telephone.tsx'

export interface About {
  mayCall: boolean
  demonstration: boolean
  lines: { number: string; name: string; nameEn: string }[]
}

const isWide = window.matchMedia('(min-width: 900px)')
const usualCaller = '13800001111'
const line = createPhoneLine()

export default function PhonePage({ me }: { me: Me | null }) {
  const t = useWords()
  const {
    data: about,
    error,
    refetch,
  } = useQuery({
    queryKey: ['phone', me?.staffNo],
    queryFn: async () => (await askPhone('/api/phone')) as About | null,
  })
  useEffect(() => {
    const leave = () => line.hangUp()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [])
  return (
    <div className="phone-page">
      <header className="phone-top">
        <Link to="/" className="brand" aria-label={t('nav.backHome')}>
          <ProductMark />
        </Link>
        <PageTitle title={t('page.phone')} />
        {about?.demonstration && <span className="demo-ribbon">{t('demo.ribbon')}</span>}
        <span className="spread" />
        <LanguageSwitch />
      </header>
      <main>
        {error && <Problem error={error} what={t('page.phone')} retry={refetch} />}
        {about === undefined && !error && <Loading />}
        {about === null && <Alert type="info" showIcon title={t('phone.off')} />}
        {about && !about.mayCall && <SignInFirst />}
        {about?.mayCall && <Calling about={about} me={me} />}
      </main>
    </div>
  )
}

function SignInFirst() {
  const t = useWords()
  return (
    <section className="panel phone-notice">
      <p>{t('phone.signIn')}</p>
      <Link to="/login?from=%2Fphone" className="as-button">
        {t('page.login')}
      </Link>
    </section>
  )
}

function Calling({ about, me }: { about: About; me: Me | null }) {
  const t = useWords()
  const wide = useMatches(isWide)
  const state = usePhoneState(line)
  const own = about.lines.find(({ number }) => number === me?.hotlineNumber) ?? about.lines[0]
  const [called, setCalled] = useState(own?.number ?? '')
  const [caller, setCaller] = useState<string | null>(usualCaller)
  const [open, setOpen] = useState(false)
  const dial = () => line.dial(called, about.demonstration ? caller : undefined)
  if (!own) return <Alert type="info" showIcon title={t('phone.noLine')} />
  const drawer = about.demonstration && (
    <DrawerContent
      called={called}
      line={line}
      state={state}
      dial={dial}
      onStart={() => setOpen(false)}
      key={`${called} ${state.line === 'over' ? state.callId : ''}`}
    />
  )
  return (
    <div className={drawer && wide ? 'phone-and-drawer' : 'phone-alone'}>
      <Telephone
        {...{ line, state, me, lines: about.lines, called, setCalled, dial }}
        caller={about.demonstration ? { number: caller, choose: setCaller } : null}
      />
      {drawer && wide && <aside className="panel phone-drawer">{drawer}</aside>}
      {drawer && !wide && (
        <>
          <Button block onClick={() => setOpen(true)}>
            {t('phone.drawer')}
          </Button>
          <Sheet
            placement="right"
            size={360}
            styles={{ body: { padding: 16 } }}
            open={open}
            onClose={() => setOpen(false)}
            title={t('phone.drawer')}
          >
            <div className="phone-drawer">{drawer}</div>
          </Sheet>
        </>
      )}
    </div>
  )
}

function usePhoneState(phone: PhoneLine) {
  return useSyncExternalStore(phone.listen, phone.state)
}
