// What went wrong, in the server's own sentence, and the way to try again.

import { Alert, Button } from 'antd'
import { ServerRefusal, Unreachable } from '../api.ts'
import { useWords, type Words } from '../language.ts'

interface Props {
  error: Error
  /** What could not be read. */
  what?: string
  retry?: () => unknown
}

export function Problem({ error, what, retry }: Props) {
  const t = useWords()
  return (
    <Alert
      type="error"
      className="problem"
      showIcon
      role="alert"
      title={`${what ? t('problem.notRead', { what }) : ''}${sentence(t, error)}`}
      action={
        retry && (
          <Button size="small" onClick={() => retry()}>
            {t('retry')}
          </Button>
        )
      }
    />
  )
}

export function sentence(t: Words, error: Error): string {
  if (error instanceof Unreachable) return t('problem.unreachable')
  if (error instanceof ServerRefusal && error.code !== 'unexpected') return error.message
  return t('problem.unexpected', { requestId: error instanceof ServerRefusal ? error.requestId : '—' })
}
