// Shows a sentence and a way on where a page broke, instead of nothing.

import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useWords } from '../language.ts'

export class CrashGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const t = useWords()
  return (
    <main className="notice" role="alert">
      <h1>{t('problem.page')}</h1>
      <Button type="primary" onClick={() => location.reload()}>
        {t('problem.reload')}
      </Button>
    </main>
  )
}
