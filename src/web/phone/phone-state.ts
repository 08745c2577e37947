// What the phone page knows of its call: changed by what the hotline tells and by the keys pressed here, and by nothing else.

import type { PageMessage } from '../../hotline/engines/browser/page-messages.ts'
import type { Caption, Key } from '../../hotline/line.ts'

export interface PhoneState {
  line: 'idle' | 'connecting' | 'up' | 'over'
  /** Why the call is over: a release cause, or the sentence of a refusal. */
  cause: string | null
  problem: string | null
  callId: string | null
  upAtMs: number | null
  overAtMs: number | null
  /** The words being said, or said last. */
  said: string
  /** Keys are awaited and nothing is being said. */
  listening: boolean
  /** How often the hotline asked for keys. */
  asks: number
  /** What may be shown of the keys: digits, or dots for what is or may be secret. */
  echo: string
  /** What came of the call, in order, with the words it was told in. */
  results: readonly Result[]
  /** The browser lets no sound out before a click. */
  soundBlocked: boolean
  ask: Ask | null
  /** Keys were pressed before it was known what they are for. */
  ahead: boolean
  /** The next key begins an echo of its own. */
  freshEcho: boolean
  /** How far the call came; its words are still to be said where it is a recharge. */
  awaitsWords: string | null
}

export interface Result {
  outcome: string
  words: string
}

interface Ask {
  most: number
  secret: boolean
  keys: number
}

export const idle: PhoneState = {
  ...{ line: 'idle', cause: null, problem: null, callId: null, upAtMs: null, overAtMs: null, said: '' },
  ...{ listening: false, asks: 0, echo: '', results: [], soundBlocked: false },
  ...{ ask: null, ahead: false, freshEcho: true, awaitsWords: null },
}

/** Ends that are told in the next words; what was only begun is no result. */
const toldNext = ['cardRefused', 'accountRefused', 'refused', 'failed', 'pending', 'owed', 'succeeded'].map(
  name => `recharge.${name}`,
)
const toldBefore = ['bill.told', 'payments.told', 'cardCheck.told']
const toldByItself = ['threeTries', 'locked', 'system.error']

export function heard(state: PhoneState, message: PageMessage, nowMs: number): PhoneState {
  if (state.line === 'over') return state
  switch (message.type) {
    case 'answer':
      return { ...state, callId: message.callId }
    case 'answered':
      return { ...state, line: 'up', upAtMs: nowMs }
    case 'caption':
      return captioned(state, message.caption)
    case 'ended':
      return over(state, message.cause, nowMs)
  }
}

export function over(state: PhoneState, cause: string, nowMs: number, problem: string | null = null): PhoneState {
  if (state.line === 'over') return state
  return { ...state, line: 'over', cause, problem, overAtMs: nowMs, listening: false, ask: null, echo: '' }
}

function captioned(state: PhoneState, caption: Caption): PhoneState {
  switch (caption.type) {
    case 'say': {
      const told = state.awaitsWords === null ? state : withResult(state, state.awaitsWords, caption.text)
      return { ...told, awaitsWords: null, said: caption.text, listening: false }
    }
    case 'listen':
      return { ...state, listening: true }
    case 'entry':
      return { ...state, echo: caption.text, freshEcho: true }
    case 'ask': {
      // Keys already under way may belong to it, and are not counted here: then nothing of it is shown.
      const { most, secret } = caption
      const ask = { most, secret: secret || state.ahead, keys: 0 }
      return { ...state, ask, ahead: false, freshEcho: true, asks: state.asks + 1 }
    }
    case 'outcome':
      if (toldNext.includes(caption.outcome)) return { ...state, awaitsWords: caption.outcome }
      if (toldBefore.includes(caption.outcome)) return withResult(state, caption.outcome, state.said)
      return toldByItself.includes(caption.outcome) ? withResult(state, caption.outcome, '') : state
  }
}

const mostResults = 50

function withResult(state: PhoneState, outcome: string, words: string): PhoneState {
  return { ...state, results: [...state.results, { outcome, words }].slice(-mostResults) }
}

const mostEcho = 32

/** A key pressed here. It is shown only where it is known that it may be. */
export function pressed(state: PhoneState, key: Key): PhoneState {
  const { ask } = state
  const shown = key === '#' || key === '*' || (ask !== null && !ask.secret) ? key : '●'
  const before = state.freshEcho || key === '*' ? '' : state.echo
  const echoed = { ...state, echo: `${before}${shown}`.slice(-mostEcho), freshEcho: key === '*' }
  if (ask === null) return { ...echoed, ahead: true }
  const keys = key === '*' ? 0 : ask.keys + 1
  return { ...echoed, ask: key === '#' || keys >= ask.most ? null : { ...ask, keys } }
}
