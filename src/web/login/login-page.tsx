// Sign in, or create the first administrator of an empty installation.

import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useState } from 'react'
import { useWords } from '../language.ts'
import { LanguageSwitch } from '../parts/language-switch.tsx'
import { ProductMark } from '../parts/mark.tsx'
import { usePlace } from '../place.tsx'
import { demonstrationQuery } from '../queries.ts'
import { DemonstrationSignIns } from './demonstration-sign-ins.tsx'
import { FirstAdministrator } from './first-administrator.tsx'
import { SignInForm } from './sign-in-form.tsx'

export default function LoginPage() {
  const t = useWords()
  const { state } = usePlace()
  const { data: installation } = useQuery(demonstrationQuery)
  const [created, setCreated] = useState(false)
  const [chosen, setChosen] = useState<{ name: string; password: string }>()
  const isEmpty = installation?.firstAdministrator === true && !created
  const signIns = installation?.demonstration ? installation.signIns : []
  return (
    <div className="login-page">
      <header className="login-top">
        {installation?.demonstration && <span className="demo-ribbon">{t('demo.ribbon')}</span>}
        <LanguageSwitch />
      </header>
      <main className={signIns.length > 0 ? 'login with-demonstration' : 'login'}>
        <div className="login-box">
          <div className="login-brand">
            <ProductMark />
            <div>
              <h1>{t('product.name')}</h1>
              <p>{t('product.line')}</p>
            </div>
          </div>
          {created && <Alert type="success" showIcon title={t('first.done')} />}
          {state === 'ended' && <Alert type="info" showIcon title={t('login.expired')} />}
          {isEmpty ? <FirstAdministrator onCreated={() => setCreated(true)} /> : <SignInForm chosen={chosen} />}
        </div>
        {signIns.length > 0 && <DemonstrationSignIns signIns={signIns} onChoose={setChosen} />}
      </main>
    </div>
  )
}
