// The address is the state: reads it, changes it, and links to it without loading the page anew.

import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from 'react'

export interface Place {
  path: string
  query: URLSearchParams
  /** What belongs to this entry of the browser's history and not to its address. */
  state: unknown
}

interface Going {
  /** Takes the place of the present entry, so that Back leaves in one step. */
  replace?: boolean
  state?: unknown
}

const moved = 'dianka:moved'

export function usePlace(): Place {
  const href = useSyncExternalStore(listen, () => `${location.pathname}${location.search}`)
  return useMemo(() => {
    const { pathname, searchParams } = new URL(href, location.origin)
    return { path: pathname, query: searchParams, state: history.state }
  }, [href])
}

export function go(to: string, { replace = false, state = null }: Going = {}): void {
  if (replace) history.replaceState(state, '', to)
  else history.pushState(state, '', to)
  window.dispatchEvent(new Event(moved))
}

/** The present path with these parts of the query changed; null takes one away. */
export function withQuery({ path, query }: Place, changes: Readonly<Record<string, string | null>>): string {
  const changed = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.delete(name)
    else changed.set(name, value)
  }
  const text = changed.toString()
  return text === '' ? path : `${path}?${text}`
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; replace?: boolean }

/** A true link: opens elsewhere with the browser's own keys. */
export function Link({ to, replace = false, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (elsewhere || event.defaultPrevented) return
    event.preventDefault()
    go(to, { replace })
  }
  return <a href={to} onClick={follow} {...rest} />
}

function listen(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(moved, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(moved, listener)
  }
}
