// The sign-ins of the demonstration, by place; choosing one fills the form.

import type { Demonstration } from '../api.ts'
import { useWords } from '../language.ts'
import { Panel } from '../parts/panel.tsx'

type SignIn = Demonstration['signIns'][number]

interface Props {
  signIns: readonly SignIn[]
  onChoose: (signIn: { name: string; password: string }) => void
}

export function DemonstrationSignIns({ signIns, onChoose }: Props) {
  const t = useWords()
  const places = [...new Set(signIns.map(({ place }) => place))]
  return (
    <Panel
      title={t('login.demoTitle')}
      className="demonstration"
      aside={<span className="secondary">{t('login.demoHint')}</span>}
    >
      {places.map(place => (
        <div key={place}>
          <h3>{place}</h3>
          <ul>
            {signIns
              .filter(signIn => signIn.place === place)
              .map(({ name, password, role }) => (
                <li key={name}>
                  <button type="button" onClick={() => onChoose({ name, password })}>
                    <span>{t.of('role', role)}</span>
                    <code>{name}</code>
                    <span className="secondary">
                      {t('login.demoPassword')} <code>{password}</code>
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </Panel>
  )
}
