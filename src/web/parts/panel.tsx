// A titled part of a page.

import { type ReactNode, useId } from 'react'

interface Props {
  title: string
  /** Stands at the end of the title's line. */
  aside?: ReactNode
  className?: string
  children: ReactNode
}

export function Panel({ title, aside, className = '', children }: Props) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
