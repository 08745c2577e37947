// What the main thread and the media thread of the browser phone say to each other.

import type { ClipName, Key, LineQuality, PlaybackEnd } from '../../line.ts'
import type { Offer } from './offer.ts'

export interface PeerSettings {
  /** Where the sockets listen, and the address that browsers are told. */
  readonly bind: string
  readonly publicAddress: string
  /** Null: any free port. */
  readonly ports: { readonly first: number; readonly last: number } | null
  readonly clipFolders: readonly string[]
  readonly rtpTimeoutMs: number
}

/** `call` numbers the calls of one thread; `play` the messages of one call. */
export type ToPeers =
  | { readonly type: 'open'; readonly call: number; readonly offer: Offer }
  | { readonly type: 'play'; readonly call: number; readonly play: number; readonly clips: readonly ClipName[] }
  | { readonly type: 'stop'; readonly call: number; readonly play: number }
  | { readonly type: 'close'; readonly call: number }

export type FromPeers =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly call: number; readonly sdp: string }
  /** The browser is there: sound flows. */
  | { readonly type: 'connected'; readonly call: number }
  | { readonly type: 'key'; readonly call: number; readonly key: Key; readonly at: number }
  | { readonly type: 'played'; readonly call: number; readonly play: number; readonly end: PlaybackEnd }
  | { readonly type: 'unplayable'; readonly call: number; readonly play: number; readonly reason: string }
  | { readonly type: 'rtpTimeout'; readonly call: number }
  /** The browser closed its side. */
  | { readonly type: 'left'; readonly call: number }
  /** A fault of ours or of the library; the media of this call is closed. */
  | { readonly type: 'failed'; readonly call: number; readonly reason: string }
  /** A fault that cannot be laid at one call's door. */
  | { readonly type: 'fault'; readonly reason: string }
  | { readonly type: 'closed'; readonly call: number; readonly quality: LineQuality }
