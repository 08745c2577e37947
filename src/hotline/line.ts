// The port of a telephone line: what every engine (embedded SIP, Asterisk, browser, script) offers a dialogue.

/** One key of a telephone. */
export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#'

/**
 * The name of one prepared clip of sound, `<voice>/<clip>`, for example `zh-CN/menu.main` or `zh-CN/digit.3`.
 * `pause/<milliseconds>` is silence. A message is a list of clips, played without a gap.
 */
export type ClipName = string

/** Why a call ended. `caller`: they hung up; the rest are ours or the network's. */
export type ReleaseCause =
  | 'caller'
  | 'completed'
  | 'rtpTimeout'
  | 'sessionExpired'
  | 'network'
  | 'overload'
  | 'shutdown'

/** How one playback ended. */
export type PlaybackEnd = 'ended' | 'stopped'

export interface Playback {
  /** Resolves when the last clip was sent, or when it was stopped; rejects with HangUp when the line is gone. */
  readonly done: Promise<PlaybackEnd>
  /** Silences the line within one packet. Harmless when already over. */
  stop(): void
}

/** What came of handing a call over to somebody else. */
export type TransferResult = 'accepted' | 'refused'

/** What a caller who can read (terminal phone, browser phone) is shown besides the sound. Never holds PIN digits. */
export type Caption =
  /** The words of a message that begins to play. */
  | { type: 'say'; text: string }
  /** The message is over and keys are awaited. */
  | { type: 'listen' }
  /** An entry as it was understood: digits, or dots when it is secret. */
  | { type: 'entry'; text: string }
  /** What the next keys are for: so many at most, and whether they may be shown while they are pressed. */
  | { type: 'ask'; most: number; secret: boolean }
  /** How far this part of the call came, in the words of its record; what a recharge came to is said next. */
  | { type: 'outcome'; outcome: string }

/** What is known of a call before it is answered. */
export interface CallFacts {
  /** Unique for ever, made by the engine. */
  readonly callId: string
  /** The caller's number, null when it was withheld. */
  readonly caller: string | null
  readonly called: string
  readonly engine: 'sip' | 'ari' | 'browser' | 'script'
  readonly trunk: string
  readonly codec: string
}

/** How well the media travelled, known at the end of a call. */
export interface LineQuality {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly jitterMs: number
}

/** One call as an engine hands it over. All promises reject with HangUp once the call is over. */
export interface Line {
  readonly facts: CallFacts
  /** Answers the call; resolves when media flows. */
  answer(): Promise<void>
  /** Starts a message; a message still playing is stopped first. */
  play(clips: readonly ClipName[]): Playback
  /** Every key, once, at the moment it is recognised, whatever its way (RFC 4733, INFO, in-band). One listener. */
  onKey(listener: (key: Key, at: number) => void): void
  /** Called once, when the call is over for whatever reason. One listener. */
  onEnd(listener: (cause: ReleaseCause, quality: LineQuality) => void): void
  /** Shows a caption where the caller's telephone asked for it; otherwise does nothing. */
  caption(caption: Caption): void
  /**
   * Hands an answered call over to a number or a SIP address. `accepted`: the far end carries it on without us, and we hang
   * up; `refused`: it will not or cannot, and the call goes on here. Engines without transfer refuse.
   */
  transfer(to: string): Promise<TransferResult>
  /** Ends the call from our side. Harmless when it is over. */
  hangUp(): void
}

/** Thrown into a dialogue at whatever it awaits when the call is over. */
export class HangUp extends Error {
  readonly releaseCause: ReleaseCause
  constructor(releaseCause: ReleaseCause) {
    super(`the call is over: ${releaseCause}`)
    this.name = 'HangUp'
    this.releaseCause = releaseCause
  }
}

/** An engine listens for calls and hands each over once. */
export interface LineEngine {
  /** Starts listening; `onCall` must not throw and runs the whole dialogue. */
  start(onCall: (line: Line) => Promise<void>): Promise<void>
  /** Takes no new calls, lets those in progress finish for at most `graceMs`, then ends them. */
  stop(graceMs: number): Promise<void>
  readonly activeCalls: () => number
}
