// Said while something is read for the first time; quick answers never show it.

import { useWords } from '../language.ts'

export function Loading() {
  const t = useWords()
  return (
    <p className="loading" role="status">
      {t('loading')}
    </p>
  )
}
