// The one main heading of a page: names the window, and takes the focus when the page was reached by a link.

import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../language.ts'

let firstPageIsShown = false

export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  const t = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('product.name')}`
  }, [title, t])
  useEffect(() => {
    if (firstPageIsShown) heading.current?.focus({ preventScroll: true })
    firstPageIsShown = true
  }, [])
  return (
    <div className="page-title">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}
