// The sign-ins of the demonstration; choosing one fills the form.

import type { Demonstration } from '../api.ts'
import { useWords } from '../language.ts'
import { Panel } from '../parts/panel.tsx'

interface Props {
  signIns: Demonstration['signIns']
  onChoose: (signIn: { name: string; password: string }) => void
}

export function DemonstrationSignIns({ signIns, onChoose }: Props) {
  const t = useWords()
  const passwords = [...new Set(signIns.map(({ password }) => password))]
  const common = passwords.length === 1 ? passwords[0] : undefined
  return (
    <Panel
      title={t('login.demoTitle')}
      className="demonstration"
      aside={
        <span className="secondary">
          {common && (
            <>
              {t('login.demoPassword')} <code>{common}</code>
            </>
          )}
        </span>
      }
    >
      <p className="secondary">{t('login.demoHint')}</p>
      <ul>
        {signIns.map(({ name, password, role, place }) => (
          <li key={name}>
            <button type="button" onClick={() => onChoose({ name, password })}>
              <span>{t.of('role', role)}</span>
              <span className="secondary">{place}</span>
              <code>{common ? name : `${name} / ${password}`}</code>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
