// What a page is told of its call, one JSON a line, in the order it happens; the first is the answer, the last the end.

import type { Caption, ReleaseCause } from '../../line.ts'

export type PageMessage =
  | { readonly type: 'answer'; readonly callId: string; readonly sdp: string }
  /** The hotline took the call. */
  | { readonly type: 'answered' }
  | { readonly type: 'caption'; readonly caption: Caption }
  | { readonly type: 'ended'; readonly cause: ReleaseCause }
