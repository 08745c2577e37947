// One of the six states of a card: glyph, label and colour.

import type { CardState } from '../../domain/card.ts'
import { useWords } from '../language.ts'
import { glyphs } from '../tokens.ts'

export function StateMark({ state }: { state: CardState }) {
  const t = useWords()
  return (
    <span className={`state-mark state-${state}`}>
      <span aria-hidden="true" className="glyph">
        {glyphs[state]}
      </span>
      {t(`state.${state}`)}
    </span>
  )
}
