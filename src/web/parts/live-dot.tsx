// Says whether what is shown follows by itself.

import { useLive } from '../events.ts'
import { useWords } from '../language.ts'

export function LiveDot() {
  const t = useWords()
  const live = useLive()
  return (
    <span className={live ? 'live-dot is-live' : 'live-dot'}>
      <span aria-hidden="true" className="dot" />
      {t(live ? 'live.on' : 'live.off')}
    </span>
  )
}
