// The pages there are: address, name, who may open it, and the file it is loaded from.

import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { OperatorRole } from '../domain/roles.ts'
import type { UiKey } from '../locales/index.ts'
import type { Me } from './queries.ts'

export interface Page {
  path: string
  title: UiKey
  icon: 'home' | 'recharges'
  /** Everyone, or these; the server checks every call again. */
  roles: 'everyone' | readonly OperatorRole[]
  Content: LazyExoticComponent<ComponentType<{ me: Me }>>
}

export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'page.home',
    icon: 'home',
    roles: 'everyone',
    Content: lazy(() => import('./home/home-page.tsx')),
  },
  {
    path: '/recharges',
    title: 'page.recharges',
    icon: 'recharges',
    roles: ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant'],
    Content: lazy(() => import('./recharges/recharges-page.tsx')),
  },
]

const rolesThatListen: readonly string[] = ['countyCardAdmin', 'countyFinance', 'stationCardAdmin', 'hotlineAttendant']
const rolesThatSeeCalls: readonly string[] = ['countyCardAdmin', 'countyFinance', 'hotlineAttendant']

/** Whether stock, recharges and their events are this person's business. */
export const seesFigures = (me: Me) => rolesThatListen.includes(me.role)
export const seesCalls = (me: Me) => rolesThatSeeCalls.includes(me.role)

export function pageAt(path: string): Page | undefined {
  return pages.find(page => page.path === path)
}

export function mayOpen(me: Me, page: Page): boolean {
  return page.roles === 'everyone' || page.roles.some(role => role === me.role)
}
