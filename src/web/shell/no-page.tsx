// A known page without permission, and an address that is none.

import { useWords } from '../language.ts'
import type { Page } from '../pages.ts'
import { PageTitle } from '../parts/page-title.tsx'
import { Link } from '../place.tsx'

export function Forbidden({ page }: { page: Page }) {
  const t = useWords()
  return <Notice code="403" title={t('forbidden.title')} text={t('forbidden.text', { page: t(page.title) })} />
}

export function Missing({ path }: { path: string }) {
  const t = useWords()
  return <Notice code="404" title={t('missing.title')} text={t('missing.text', { path })} />
}

function Notice({ code, title, text }: { code: string; title: string; text: string }) {
  const t = useWords()
  return (
    <div className="notice">
      <p className="notice-code" aria-hidden="true">
        {code}
      </p>
      <PageTitle title={title} />
      <p>{text}</p>
      <Link to="/" className="as-button">
        {t('nav.backHome')}
      </Link>
    </div>
  )
}
