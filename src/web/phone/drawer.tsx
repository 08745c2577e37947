// The demonstration's drawer: whole calls that play by themselves, cards of every kind, accounts. A click keys them.

import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { askPhone } from '../api.ts'
import { shortYuan, yuan } from '../format.ts'
import { useWords } from '../language.ts'
import { Loading } from '../parts/loading.tsx'
import { Problem } from '../parts/problem.tsx'
import type { PhoneLine } from './phone-line.ts'
import type { PhoneState } from './phone-state.ts'
import { type Drawer, playStory, type StoryName, storyNames, storyOf } from './stories.ts'

interface Props {
  called: string
  line: PhoneLine
  state: PhoneState
  dial: () => void
  /** A story begins, or something is keyed. */
  onStart: () => void
}

const kinds = ['redeem', 'inactive', 'used', 'frozen', 'expired', 'locked']

export function DrawerContent({ called, line, state, dial, onStart }: Props) {
  const t = useWords()
  const { data, error, refetch } = useQuery({
    queryKey: ['phoneDrawer', called],
    staleTime: 0,
    queryFn: async () =>
      (await askPhone(`/api/phone/demonstration?called=${encodeURIComponent(called)}`)) as Drawer | null,
  })
  const keyed = (keys: string) => {
    onStart()
    line.press(keys)
  }
  if (error) return <Problem error={error} what={t('phone.drawer')} retry={refetch} />
  if (!data) return <Loading />
  const isUp = state.line === 'up'
  return (
    <>
      <Stories {...{ data, line, state, dial, onStart }} />
      <h2>{t('phone.cards')}</h2>
      <p className="secondary">{t('phone.keyHint')}</p>
      {kinds.map(kind => (
        <Cards key={kind} kind={kind} cards={data.cards.filter(card => card.kind === kind)} isUp={isUp} press={keyed} />
      ))}
      <h2>{t('phone.accounts')}</h2>
      <ul className="to-key">
        {data.accounts.map(({ accountNo, accountName, dueFen, balanceFen }) => (
          <li key={accountNo}>
            <button type="button" disabled={!isUp} onClick={() => keyed(`${accountNo}#`)}>
              <code>{accountNo}</code>
              <span className="to-key-name">{accountName}</span>
              <span className="secondary">
                {dueFen > 0 ? t('phone.due', { yuan: yuan(dueFen) }) : t('phone.balance', { yuan: yuan(balanceFen) })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function Stories({ data, line, state, dial, onStart }: Omit<Props, 'called'> & { data: Drawer }) {
  const t = useWords()
  const [playing, setPlaying] = useState<StoryName | null>(null)
  const isFree = state.line === 'idle' || state.line === 'over'
  const play = async (name: StoryName) => {
    const steps = storyOf(name, data)
    if (!steps) return
    setPlaying(name)
    onStart()
    dial()
    await playStory(line, steps)
    setPlaying(null)
  }
  return (
    <>
      <h2>{t('phone.stories')}</h2>
      <p className="secondary">{t('phone.storiesHint')}</p>
      <div className="stories">
        {storyNames.map(name => (
          <Button
            key={name}
            type={playing === name ? 'primary' : 'default'}
            disabled={!isFree || storyOf(name, data) === null}
            onClick={() => void play(name)}
          >
            {t(`phone.story.${name}`)}
          </Button>
        ))}
      </div>
    </>
  )
}

interface CardsProps {
  kind: string
  cards: Drawer['cards']
  isUp: boolean
  press: (keys: string) => void
}

function Cards({ kind, cards, isUp, press }: CardsProps) {
  const t = useWords()
  if (cards.length === 0) return null
  return (
    <section aria-label={t.of('phone.kind', kind)}>
      <h3>{t.of('phone.kind', kind)}</h3>
      <ul className="to-key">
        {cards.map(({ serial, pin, faceValueFen }) => (
          <li key={serial} className="to-key-card">
            <button type="button" disabled={!isUp} title={t('phone.keySerial')} onClick={() => press(`${serial}#`)}>
              <code>{serial}</code>
            </button>
            <button type="button" disabled={!isUp} title={t('phone.keyPin')} onClick={() => press(`${pin}#`)}>
              <span className="secondary">{t('phone.pin')}</span> <code>{pin}</code>
            </button>
            <span className="to-key-value tabular">{t('phone.yuan', { yuan: shortYuan(faceValueFen) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
