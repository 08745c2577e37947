// The menu: only the pages this person may open.

import { useWords } from '../language.ts'
import { mayOpen, pages } from '../pages.ts'
import { Icon } from '../parts/mark.tsx'
import { Link } from '../place.tsx'
import type { Me } from '../queries.ts'

export function Menu({ me, path, onFollow }: { me: Me; path: string; onFollow?: () => void }) {
  const t = useWords()
  return (
    <nav aria-label={t('nav.main')} className="menu">
      <ul>
        {pages
          .filter(page => mayOpen(me, page))
          .map(page => (
            <li key={page.path}>
              <Link
                to={page.path}
                title={t(page.title)}
                {...(onFollow ? { onClick: onFollow } : {})}
                {...(page.path === path ? { 'aria-current': 'page' as const } : {})}
              >
                <Icon name={page.icon} />
                <span className="menu-label">{t(page.title)}</span>
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}
