// The telephone itself: whom to call, the line, what is said and keyed, the keypad, volume, and what came of the call.

import { Alert, Button, Checkbox, Input, Select, Slider } from 'antd'
import { useEffect, useState } from 'react'
import { duration } from '../format.ts'
import { useLanguage, useWords, type Words } from '../language.ts'
import type { Me } from '../queries.ts'
import { CallResult } from './call-result.tsx'
import { Keypad } from './keypad.tsx'
import type { PhoneLine } from './phone-line.ts'
import type { About } from './phone-page.tsx'
import type { PhoneState } from './phone-state.ts'

interface Props {
  line: PhoneLine
  state: PhoneState
  me: Me | null
  lines: About['lines']
  called: string
  setCalled: (number: string) => void
  dial: () => void
  /** Chosen in the demonstration only. */
  caller: CallerChoice | null
}

interface CallerChoice {
  /** Null: not shown. */
  number: string | null
  choose: (number: string | null) => void
}

const telephoneNumber = /^\d{3,15}$/

export function Telephone({ line, state, me, lines, called, setCalled, dial, caller }: Props) {
  const t = useWords()
  const [captions, setCaptions] = useState(true)
  const isOn = state.line === 'connecting' || state.line === 'up'
  const mayDial = caller === null || caller.number === null || telephoneNumber.test(caller.number)
  return (
    <section className="panel telephone" aria-label={t('page.phone')}>
      {!isOn && lines.length > 1 && <ChooseLine {...{ lines, called, setCalled }} />}
      {!isOn && caller && <ChooseCaller {...caller} />}
      <LineState state={state} />
      {state.soundBlocked && isOn && (
        <Alert
          type="warning"
          showIcon
          title={t('phone.soundBlocked')}
          action={
            <Button size="small" onClick={() => line.openSound()}>
              {t('phone.openSound')}
            </Button>
          }
        />
      )}
      {isOn && <Screen state={state} captions={captions} />}
      {isOn && <Keypad press={key => line.press(key)} disabled={state.line !== 'up'} />}
      {state.line === 'over' && <CallResult state={state} me={me} />}
      {isOn ? (
        <Button className="phone-main" danger onClick={() => line.hangUp()}>
          {t('phone.hangUp')}
        </Button>
      ) : (
        <Button className="phone-main" type="primary" disabled={!mayDial} onClick={dial}>
          {t(state.line === 'over' ? 'phone.dialAgain' : 'phone.dial', { number: called })}
        </Button>
      )}
      <div className="phone-options">
        <Checkbox checked={captions} onChange={({ target }) => setCaptions(target.checked)}>
          {t('phone.captions')}
        </Checkbox>
        <span className="phone-volume">
          <span id="phone-volume">{t('phone.volume')}</span>
          <Slider
            min={0}
            max={100}
            defaultValue={100}
            ariaLabelledByForHandle="phone-volume"
            onChange={percent => line.setVolume(percent / 100)}
          />
        </span>
      </div>
    </section>
  )
}

function ChooseLine({ lines, called, setCalled }: Pick<Props, 'lines' | 'called' | 'setCalled'>) {
  const t = useWords()
  const language = useLanguage()
  const nameOf = ({ name, nameEn }: About['lines'][number]) => (language === 'en-US' && nameEn ? nameEn : name)
  return (
    <div className="phone-field">
      <label htmlFor="phone-line">{t('phone.line')}</label>
      <Select
        id="phone-line"
        value={called}
        onChange={setCalled}
        options={lines.map(one => ({ value: one.number, label: `${one.number} ${nameOf(one)}` }))}
      />
    </div>
  )
}

function ChooseCaller({ number, choose }: CallerChoice) {
  const t = useWords()
  const [typed, setTyped] = useState(number ?? '')
  const wrong = number !== null && !telephoneNumber.test(number)
  return (
    <div className="phone-field">
      <label htmlFor="phone-caller">{t('phone.caller')}</label>
      <Input
        id="phone-caller"
        inputMode="numeric"
        maxLength={15}
        value={typed}
        disabled={number === null}
        {...(wrong ? { status: 'error' as const } : {})}
        onChange={({ target }) => {
          setTyped(target.value)
          choose(target.value)
        }}
      />
      <Checkbox checked={number === null} onChange={({ target }) => choose(target.checked ? null : typed)}>
        {t('phone.withheld')}
      </Checkbox>
      {wrong && (
        <p className="phone-wrong" role="alert">
          {t('phone.callerWrong')}
        </p>
      )}
    </div>
  )
}

function LineState({ state }: { state: PhoneState }) {
  const t = useWords()
  const { line, upAtMs, overAtMs } = state
  return (
    <p className={`line-state line-${line}`}>
      <span role="status">{stateWords(t, state)}</span>
      {upAtMs !== null && <Timer fromMs={upAtMs} toMs={overAtMs} />}
    </p>
  )
}

function stateWords(t: Words, { line, cause, problem }: PhoneState): string {
  if (line !== 'over') return t(`phone.${line}`)
  if (problem !== null) return problem
  if (cause === 'overload') return t('phone.busy')
  return t('phone.overWhy', { why: t.of('phoneEnd', cause ?? '') })
}

function Timer({ fromMs, toMs }: { fromMs: number; toMs: number | null }) {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    if (toMs !== null) return
    const tick = setInterval(() => setNowMs(Date.now()), 500)
    return () => clearInterval(tick)
  }, [toMs])
  return <span className="tabular">{duration((toMs ?? nowMs) - fromMs)}</span>
}

/** The words of the moment, and below them what was keyed. */
function Screen({ state, captions }: { state: PhoneState; captions: boolean }) {
  const t = useWords()
  return (
    <div className="phone-screen">
      <p className="phone-caption" aria-live="polite">
        {captions ? state.said : ''}
      </p>
      <output className="phone-echo" aria-label={t('phone.echo')}>
        {state.echo}
      </output>
    </div>
  )
}
