// What waits for somebody: open documents by kind and state, and incidents.

import { count } from '../format.ts'
import { useWords } from '../language.ts'
import { Panel } from '../parts/panel.tsx'
import type { Home } from '../queries.ts'

export function Waiting({ documents, incidents }: { documents: Home['openDocuments']; incidents: number }) {
  const t = useWords()
  const kinds = [...new Set(documents.map(({ kind }) => kind))]
  return (
    <Panel title={t('waiting.title')} className="waiting">
      {incidents > 0 && (
        <p className="incidents">
          <span>
            <span aria-hidden="true">!</span> {t('waiting.incidents')}
          </span>
          <strong>{count(incidents)}</strong>
        </p>
      )}
      {documents.length === 0 && <p className="empty">{t('waiting.none')}</p>}
      <ul className="waiting-list">
        {kinds.map(kind => (
          <li key={kind}>
            <h3>{t.of('document', kind)}</h3>
            <ul>
              {documents
                .filter(document => document.kind === kind)
                .map(({ state, quantity }) => (
                  <li key={state}>
                    <span>{t.of('documentState', state)}</span>
                    <span className="tabular">{t('waiting.documents', { count: count(quantity) })}</span>
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
