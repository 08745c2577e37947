// Ends the session here and on the server.

import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { api } from '../api.ts'
import { useReachable } from '../connection.ts'
import { useWords } from '../language.ts'
import { go } from '../place.tsx'
import { type Me, queryClient } from '../queries.ts'

export function SignOut() {
  const t = useWords()
  const reachable = useReachable()
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.auth.logout({}),
    onSuccess: () => {
      go('/login')
      queryClient.clear()
      queryClient.setQueryData<Me | null>(['me'], null)
    },
  })
  return (
    <Button size="small" loading={isPending} disabled={!reachable} onClick={() => mutate()}>
      {t('nav.signOut')}
    </Button>
  )
}
