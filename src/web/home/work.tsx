// The home of those whose own pages come later: what their work is.

import { useWords } from '../language.ts'
import { PageTitle } from '../parts/page-title.tsx'
import { Panel } from '../parts/panel.tsx'
import type { Me } from '../queries.ts'

export function Work({ me }: { me: Me }) {
  const t = useWords()
  return (
    <>
      <PageTitle title={t('page.home')} />
      <Panel title={t('work.title')} className="work">
        <p>
          <strong>{t.of('role', me.role)}</strong>
        </p>
        <p>{t.of('work', me.role)}</p>
        <p className="secondary">{t('work.coming')}</p>
      </Panel>
    </>
  )
}
