// Stock: the six states in the order of a card's life, by face value, cards and amounts.

import type { CardState } from '../../domain/card.ts'
import { count, shortYuan, yuan } from '../format.ts'
import { useWords } from '../language.ts'
import { Panel } from '../parts/panel.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import type { Home } from '../queries.ts'
import { glyphs } from '../tokens.ts'

/** In the order of a card's life, as the glyphs are written down. */
const states = Object.keys(glyphs) as CardState[]

export function Stock({ stock }: { stock: Home['stock'] }) {
  const t = useWords()
  const faceValues = [...new Set(stock.map(row => row.faceValueFen))].sort((a, b) => a - b)
  const sum = (rows: Home['stock']) => ({
    quantity: rows.reduce((total, row) => total + row.quantity, 0),
    amountFen: rows.reduce((total, row) => total + row.quantity * row.faceValueFen, 0),
  })
  const of = (state?: CardState, faceValueFen?: number) =>
    sum(
      stock.filter(
        row => (state ?? row.state) === row.state && (faceValueFen ?? row.faceValueFen) === row.faceValueFen,
      ),
    )
  return (
    <Panel
      title={t('stock.title')}
      className="stock"
      aside={stock.length > 0 && <span className="secondary">{t('stock.unit')}</span>}
    >
      {stock.length === 0 ? (
        <p className="empty">{t('stock.empty')}</p>
      ) : (
        <>
          <StockBar shares={states.map(state => ({ state, quantity: of(state).quantity }))} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways has to be reachable by keyboard */}
          <section className="scroll-sideways" tabIndex={0} aria-label={t('stock.caption')}>
            <table className="figures-table">
              <caption className="visually-hidden">{t('stock.caption')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('stock.state')}</th>
                  {faceValues.map(value => (
                    <th key={value} scope="col">
                      {t('stock.value', { yuan: shortYuan(value) })}
                    </th>
                  ))}
                  <th scope="col">{t('stock.total')}</th>
                </tr>
              </thead>
              <tbody>
                {states.map(state => (
                  <tr key={state}>
                    <th scope="row">
                      <StateMark state={state} />
                    </th>
                    {faceValues.map(value => (
                      <Cell key={value} {...of(state, value)} />
                    ))}
                    <Cell {...of(state)} />
                  </tr>
                ))}
              </tbody>
              <tfoot>
                <tr>
                  <th scope="row">{t('stock.total')}</th>
                  {faceValues.map(value => (
                    <Cell key={value} {...of(undefined, value)} />
                  ))}
                  <Cell {...of()} />
                </tr>
              </tfoot>
            </table>
          </section>
        </>
      )}
    </Panel>
  )
}

function Cell({ quantity, amountFen }: { quantity: number; amountFen: number }) {
  return (
    <td className={quantity === 0 ? 'is-zero' : ''}>
      <span className="cell-count">{count(quantity)}</span>
      <span className="cell-yuan">{quantity === 0 ? '' : yuan(amountFen)}</span>
    </td>
  )
}

/** The shares at one glance; the table below says the same in figures. */
function StockBar({ shares }: { shares: readonly { state: CardState; quantity: number }[] }) {
  const t = useWords()
  const parts = shares.map(({ state, quantity }) => `${t(`state.${state}`)} ${count(quantity)}`).join(', ')
  return (
    <div className="stock-bar" role="img" aria-label={t('stock.bar', { parts })}>
      {shares
        .filter(({ quantity }) => quantity > 0)
        .map(({ state, quantity }) => (
          <span key={state} className={`share state-${state}`} style={{ flexGrow: quantity }} />
        ))}
    </div>
  )
}
