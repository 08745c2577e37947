// Says across the top that the server does not answer, and asks for everything again when it does.

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { isReachable, listen, useReachable } from '../connection.ts'
import { useWords } from '../language.ts'

export function ConnectionBar() {
  const t = useWords()
  const reachable = useReachable()
  const client = useQueryClient()
  useEffect(
    () =>
      listen(() => {
        if (isReachable()) void client.invalidateQueries()
      }),
    [client],
  )
  return (
    <div role="status" className={reachable ? 'visually-hidden' : 'connection-bar'}>
      {reachable ? '' : t('live.lost')}
    </div>
  )
}
