// What the main thread and the media thread say to each other.
import type { ClipName, LineQuality, PlaybackEnd } from '../../../line.ts'
import type { KeyWay } from '../key-gate.ts'
import type { RemoteMedia } from '../sdp.ts'
import type { ToneKey } from './tones.ts'

export interface MediaSettings {
  readonly bind: string
  readonly firstPort: number
  readonly lastPort: number
  readonly clipFolders: readonly string[]
  readonly rtpTimeoutMs: number
}

/** `call` numbers the calls of one media thread; `play` the messages of one call. */
export type ToMedia =
  | { readonly type: 'open'; readonly call: number }
  /** Begins or changes the media of a call. */
  | { readonly type: 'connect'; readonly call: number; readonly remote: RemoteMedia }
  | { readonly type: 'play'; readonly call: number; readonly play: number; readonly clips: readonly ClipName[] }
  | { readonly type: 'stop'; readonly call: number; readonly play: number }
  | { readonly type: 'close'; readonly call: number }

export type FromMedia =
  | { readonly type: 'ready' }
  /** `port` is null when none was free. */
  | { readonly type: 'opened'; readonly call: number; readonly port: number | null }
  | { readonly type: 'key'; readonly call: number; readonly key: ToneKey; readonly way: KeyWay; readonly at: number }
  | { readonly type: 'played'; readonly call: number; readonly play: number; readonly end: PlaybackEnd }
  /** A message that cannot be played, for example because a clip is unknown. */
  | { readonly type: 'unplayable'; readonly call: number; readonly play: number; readonly reason: string }
  | { readonly type: 'rtpTimeout'; readonly call: number }
  /** A fault of ours; the media of this call is closed. */
  | { readonly type: 'failed'; readonly call: number; readonly reason: string }
  | { readonly type: 'closed'; readonly call: number; readonly quality: LineQuality }
