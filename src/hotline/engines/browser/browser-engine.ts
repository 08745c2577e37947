// The browser phone: takes offers of pages, connects them by WebRTC, and hands each over as a line once sound flows.

import type { Log } from '../../../kernel/log.ts'
import { HangUp, type Line, type LineEngine } from '../../line.ts'
import { within } from '../../patience.ts'
import { BrowserCall } from './browser-call.ts'
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from './limits.ts'
import { readOffer } from './offer.ts'
import type { PageMessage } from './page-messages.ts'
import { PeerThread } from './peer-thread.ts'
import type { PeerSettings } from './protocol.ts'

export interface BrowserEngineSettings extends PeerSettings {
  readonly maxCalls: number
  /** How long a page may take to connect; 20 s when left out. */
  readonly connectTimeoutMs?: number
  readonly log: Log
}

export interface PlaceCall {
  readonly caller: string | null
  readonly called: string
  readonly offer: string
}

/** The page's way to hang up. */
export type LeaveCall = () => void
export type CallRefusal = 'badOffer' | 'busy' | 'away'

export interface BrowserEngine extends LineEngine {
  /** The answer is the first thing told; afterwards everything until the end. */
  place(call: PlaceCall, tell: (message: PageMessage) => void): Promise<{ leave: LeaveCall } | { refused: CallRefusal }>
}

const POLL_MS = 20

export function createBrowserEngine(settings: BrowserEngineSettings): BrowserEngine {
  const { maxCalls, connectTimeoutMs = CONNECT_TIMEOUT_MS, log, ...peers } = settings
  const thread = new PeerThread(peers, log)
  const calls = new Set<BrowserCall>()
  let take: ((line: Line) => Promise<void>) | null = null

  async function hand(call: BrowserCall): Promise<void> {
    const { callId, codec } = call.facts
    log.info({ callId, codec }, 'call from a browser')
    try {
      await take?.(call)
    } catch (error) {
      // The usual end of a dialogue is that the caller hangs up.
      if (!(error instanceof HangUp)) log.error({ err: error, callId }, 'a dialogue failed')
    }
    call.hangUp()
  }

  return {
    start(onCall) {
      take = onCall
      return Promise.resolve()
    },

    async place({ offer: text, caller, called }, tell) {
      const offer = readOffer(text)
      if (offer === null) return { refused: 'badOffer' }
      if (take === null) return { refused: 'away' }
      if (calls.size >= maxCalls) return { refused: 'busy' }
      const call = new BrowserCall({ caller, called, codec: offer.codec, tell, onOver: over => calls.delete(over) })
      calls.add(call)
      let connected = false
      const onConnected = () => {
        connected = true
        if (!call.isOver) void hand(call)
      }
      try {
        const events = {
          onConnected,
          onKey: call.key.bind(call),
          onOver: call.end.bind(call),
        }
        const media = await thread.open(offer, events)
        call.carry(media)
        const sdp = await within(media.answer, ANSWER_TIMEOUT_MS)
        if (sdp === null) throw new Error('no answer to an offer in time')
        tell({ type: 'answer', callId: call.facts.callId, sdp })
        setTimeout(() => connected || call.end('network'), connectTimeoutMs).unref()
      } catch (error) {
        log.error({ err: error }, 'an offer of a browser could not be answered')
        call.end('network')
        return { refused: 'away' }
      }
      return { leave: () => call.end('caller') }
    },

    async stop(graceMs) {
      take = null
      const endMs = performance.now() + graceMs
      while (calls.size > 0 && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, POLL_MS))
      for (const call of [...calls]) call.end('shutdown')
      await thread.stop()
    },
    activeCalls: () => calls.size,
  }
}
