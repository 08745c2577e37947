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

/** Owed is no state of its own: it stands after the state that waits. */
export function RechargeChip({ state, owed }: { state: RechargeState; owed: boolean }) {
  const t = useWords()
  const waits = owed && state === 'initial'
  const words = waits ? `${t('rechargeState.initial')}·${t('rechargeState.owed')}` : t(`rechargeState.${state}`)
  return (
    <span className={`chip chip-${waits ? 'owed' : state}`}>
      <span aria-hidden="true">{rechargeMarks[waits ? 'owed' : state]}</span> {words}
    </span>
  )
}
