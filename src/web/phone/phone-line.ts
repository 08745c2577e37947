// One telephone: dials, presses keys, hangs up, and tells whoever looks at it what happens on the line.

import type { PageMessage } from '../../hotline/engines/browser/page-messages.ts'
import type { Key } from '../../hotline/line.ts'
import { api, openLines, ServerRefusal } from '../api.ts'
import { soundKey } from './key-tones.ts'
import { openPeer, type Peer } from './peer.ts'
import { heard, idle, over, type PhoneState, pressed } from './phone-state.ts'

export interface PhoneLine {
  state(): PhoneState
  listen(listener: () => void): () => void
  /** Needs a click of its own: sound begins with it. `caller` is chosen in the demonstration only. */
  dial(called: string, caller: string | null | undefined): void
  press(keys: string): void
  hangUp(): void
  openSound(): void
  setVolume(volume: number): void
}

export function createPhoneLine(): PhoneLine {
  const listeners = new Set<() => void>()
  let state = idle
  let context: AudioContext | null = null
  let volume = 1
  let call: { peer: Peer | null; gone: AbortController } | null = null

  function change(next: PhoneState): void {
    if (next === state) return
    state = next
    if (state.line === 'over') release()
    for (const listener of listeners) listener()
  }

  function release(): void {
    call?.gone.abort()
    call?.peer?.close()
    call = null
  }

  function end(cause: string, problem: string | null = null): void {
    change(over(state, cause, Date.now(), problem))
  }

  async function dial(called: string, caller: string | null | undefined): Promise<void> {
    const own = { peer: null as Peer | null, gone: new AbortController() }
    call = own
    change({ ...idle, line: 'connecting' })
    context ??= new AudioContext()
    const isOver = () => call !== own
    try {
      await context.resume()
      const { token } = await api.phone.token({ called, ...(caller === undefined ? {} : { caller }) })
      const peer = await openPeer(context, {
        onFailed: () => isOver() || end('network'),
        onSoundBlocked: () => isOver() || change({ ...state, soundBlocked: true }),
      })
      if (isOver()) return peer.close()
      own.peer = peer
      peer.setVolume(volume)
      const lines = openLines('/api/phone/call', { token, offer: peer.offer }, own.gone.signal)
      for await (const line of lines) {
        if (isOver()) return
        const message = line as PageMessage
        if (message.type === 'answer') await peer.accept(message.sdp)
        change(heard(state, message, Date.now()))
      }
      if (!isOver()) end('network')
    } catch (error) {
      if (!isOver()) end(...causeOf(error))
    }
  }

  return {
    state: () => state,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dial: (called, caller) => {
      if (state.line !== 'connecting' && state.line !== 'up') void dial(called, caller)
    },
    press(keys) {
      for (const key of keys) {
        if (!isKey(key) || state.line !== 'up') continue
        call?.peer?.press(key)
        if (context) soundKey(context, key, volume)
        change(pressed(state, key))
      }
    },
    hangUp: () => end('caller'),
    openSound() {
      change({ ...state, soundBlocked: false })
      void context?.resume()
      void call?.peer?.openSound()
    },
    setVolume(next) {
      volume = next
      call?.peer?.setVolume(next)
    },
  }
}

export const isKey = (text: string): text is Key => /^[\d*#]$/.test(text)

/** A refusal has its sentence; a connection that broke is the network's. */
function causeOf(error: unknown): [cause: string, problem: string | null] {
  if (error instanceof ServerRefusal) return [error.code === 'phoneBusy' ? 'overload' : 'refused', error.message]
  return ['network', null]
}
