// Says whether what is shown follows by itself.

import { useReachable } from '../connection.ts'
import { useLive } from '../events.ts'
import { useWords } from '../language.ts'

export function LiveDot() {
  const t = useWords()
  const reachable = useReachable()
  const live = useLive() && reachable
  return (
    <span className={live ? 'live-dot is-live' : 'live-dot'}>
      <span aria-hidden="true" className="dot" />
      {t(live ? 'live.on' : 'live.off')}
    </span>
  )
}
