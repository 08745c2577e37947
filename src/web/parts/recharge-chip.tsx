// The state of a recharge: a mark, a word and a colour, each enough by itself.

import { useWords } from '../language.ts'
import type { RechargeState } from '../queries.ts'

export const rechargeMarks: Readonly<Record<RechargeState | 'owed', string>> = {
  initial: '○',
  succeeded: '✓',
  failed: '✕',
  doubtful: '?',
  owed: '◷',
}

export function RechargeChip({ state, owed }: { state: RechargeState; owed: boolean }) {
  const t = useWords()
  const waits = owed && state === 'initial'
  return (
    <span className="chips">
      <span className={`chip chip-${state}`}>
        <span aria-hidden="true">{rechargeMarks[state]}</span> {t(`rechargeState.${state}`)}
      </span>
      {waits && (
        <span className="chip chip-owed">
          <span aria-hidden="true">{rechargeMarks.owed}</span> {t('rechargeState.owed')}
        </span>
      )}
    </span>
  )
}
