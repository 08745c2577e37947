// The limits of the embedded SIP endpoint: what a hostile or broken far end can make us hold, and for how long.

/** RFC 3261 timers. */
export interface SipTimers {
  /** First retransmission. */
  readonly t1Ms: number
  /** Longest interval between retransmissions. */
  readonly t2Ms: number
  /** Life of a message in the network. */
  readonly t4Ms: number
  /** 64 × T1: how long an answer is waited for, and how long a finished transaction absorbs repeats. */
  readonly lifeMs: number
}

/** Everything follows from T1, 500 ms by the RFC; tests that must see a transaction die take less. */
export function sipTimers(t1Ms = 500): SipTimers {
  return { t1Ms, t2Ms: 8 * t1Ms, t4Ms: 10 * t1Ms, lifeMs: 64 * t1Ms }
}

/** How long our own telephone lets the far end ring. */
export const RINGING_LIFE_MS = 180_000

/** How long somebody called by a transfer may take to answer. */
export const TRANSFER_LIFE_MS = 60_000

/** Times a session is refreshed anew after a refusal, each within so long. */
export const MAX_REFRESH_TRIES = 5
export const REFRESH_RETRY_MS = 2_000

export const MAX_HEAD_BYTES = 16_384
export const MAX_BODY_BYTES = 16_384
export const MAX_HEADER_LINES = 256
export const MAX_HEADER_NAME = 512
export const MAX_METHOD = 128
export const MAX_LIST_ITEMS = 64
export const MAX_URI = 1_024
export const MAX_SDP_LINES = 256
export const MAX_SDP_LINE = 512
export const MAX_SDP_MEDIA = 8

/** Transactions in total; requests inside a dialog may use as many again, so that a flood cannot stop a BYE. */
export const MAX_TRANSACTIONS = 20_000
/** Sources of which a budget is remembered at a time. */
export const MAX_SOURCES = 4_096
/** Malformed messages answered per source: so many at once, then so many a second. */
export const GARBAGE_BURST = 20
export const GARBAGE_PER_SECOND = 1
/** Answers that need no call (OPTIONS, 405, 481, refused INVITEs) per source. */
export const STRAY_BURST = 200
export const STRAY_PER_SECOND = 50

export const MAX_CONNECTIONS = 1_024
export const CONNECTION_IDLE_MS = 120_000
export const CONNECT_TIMEOUT_MS = 5_000
export const TLS_HANDSHAKE_MS = 10_000
/** How long a closing connection may take to accept what was already sent. */
export const CLOSE_GRACE_MS = 500
export const MAX_UNSENT_BYTES = 262_144
/** Malformed messages after which a connection is closed. */
export const MAX_CONNECTION_GARBAGE = 5

export const MAX_WAITING_CAPTIONS = 64
export const MAX_CAPTION_BYTES = 900
/** Keys kept for a dialogue that does not listen yet. */
export const MAX_EARLY_KEYS = 64
export const MAX_CLIPS_PER_PLAY = 512
export const LOOKUP_TIMEOUT_MS = 2_000
