// Ends the session here and on the server.

import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { api } from '../api.ts'
import { useReachable } from '../connection.ts'
import { useWords } from '../language.ts'
import { meQuery, queryClient } from '../queries.ts'

export function SignOut() {
  const t = useWords()
  const reachable = useReachable()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.auth.logout({}),
    onSuccess: () => {
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] })
      queryClient.setQueryData(meQuery.queryKey, null)
    },
  })
  return (
    <Button size="small" loading={isPending} disabled={!reachable} onClick={() => mutate()}>
      {t('nav.signOut')}
    </Button>
  )
}
