// The limits of the browser phone: what a hostile or broken page can make us hold, and for how long.

/** Characters of an offer; a browser's own has some 1,500. */
export const MAX_OFFER = 16_384
export const MAX_OFFER_LINES = 400
export const MAX_OFFER_LINE = 1_024
/** A page that has not connected within this time is given up. */
export const CONNECT_TIMEOUT_MS = 20_000
/** How long the media thread may take to answer an offer. */
export const ANSWER_TIMEOUT_MS = 10_000
/** Keys kept for a dialogue that does not listen yet. */
export const MAX_EARLY_KEYS = 64
export const MAX_CLIPS_PER_PLAY = 512
/** Requests of connectivity checks per call: so many at once, then so many a second. A browser sends two a second. */
export const STUN_BURST = 100
export const STUN_PER_SECOND = 10
/** Packets of one call taken between two ticks; sound needs one. */
export const MAX_PACKETS_PER_TICK = 25
/** Memory of the media thread; a leak there ends browser calls, and nothing else. */
export const THREAD_MEGABYTES = 512
/** A thread that dies more often than this within ten minutes is not started again. */
export const MAX_THREAD_DEATHS = 5
export const DEATHS_PERIOD_MS = 600_000
