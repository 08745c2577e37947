// A trunk as the generator of Asterisk's configuration takes it: plain facts, each checked, since they end in configuration files.

import { isIP } from 'node:net'
import { z } from 'zod'

/** Becomes the name of sections, contexts and groups. */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/)
const host = z.string().refine(value => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value))
const port = z.int().min(1).max(65_535)
/** No blank, `;`, `#`, quote or bracket means anything else than itself in a value. */
const user = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/)
const password = z.string().regex(/^[A-Za-z0-9._~!$%&*+=?@^/-]{1,128}$/)
const number = z.string().regex(/^\+?[0-9*]{1,32}$/)
const channel = z.int().min(1).max(1_024)
const span = z.int().min(1).max(32)

const common = {
  name,
  /** Numbers callers dial on this trunk; empty takes any. A card line that brings no number has its own here, alone. */
  calledNumbers: z.array(number).max(200),
  /** Most calls of this trunk at once; null: as many as it has channels, or no limit. */
  maxCalls: z.int().min(1).max(10_000).nullable(),
}

const sip = z.strictObject({
  ...common,
  /** `gateway`: an E1 or FXO media gateway, which speaks SIP too. */
  kind: z.enum(['sip', 'gateway']),
  transport: z.enum(['udp', 'tcp', 'tls']),
  /** Who may call: addresses, networks as `10.0.0.0/24`, or names. */
  peers: z.array(z.strictObject({ host: z.string().refine(isPeer), port: port.nullable() })).max(64),
  /** Asked of a caller by digest, beside its address. */
  auth: z.strictObject({ user, password }).nullable(),
  /** Registers us with a provider. */
  register: z
    .strictObject({ server: host, port: port.nullable(), user, password, expiresS: z.int().min(60).max(86_400) })
    .nullable(),
  codecs: z.array(z.enum(['PCMA', 'PCMU'])).min(1),
  dtmf: z.enum(['rfc4733', 'info', 'inband', 'auto']),
  srtp: z.boolean(),
  /** Whether the number the network asserts (P-Asserted-Identity, Remote-Party-ID) is believed before From. */
  trustsIdentity: z.boolean(),
})

/** Lines of a card in the server, by the channels DAHDI numbers through. */
const channels = z.strictObject({ first: channel, last: channel }).refine(({ first, last }) => first <= last)
const e1 = {
  ...common,
  span,
  /** Where the clock comes from: 1 and up, from the line in that order; 0, from our side. */
  timing: z.int().min(0).max(8),
  crc4: z.boolean(),
  /** All 31 time slots of the span. */
  channels,
}

const analog = z.strictObject({
  ...common,
  kind: z.literal('analog'),
  channels,
  callerId: z.enum(['none', 'fsk', 'dtmf']),
})

const pri = z.strictObject({ ...e1, kind: z.literal('pri'), side: z.enum(['user', 'network']) })

const pointCode = z.string().regex(/^(\d{1,8}|\d{1,3}-\d{1,3}-\d{1,3})$/)
const ss7 = z.strictObject({
  ...e1,
  kind: z.literal('ss7'),
  /** `china`: 24-bit point codes with ISUP after ITU. */
  variant: z.enum(['itu', 'ansi', 'china']),
  networkIndicator: z.enum(['national', 'national_spare', 'international', 'international_spare']),
  pointCode,
  adjacentPointCode: pointCode,
  destinationPointCode: pointCode,
  firstCic: z.int().min(1).max(16_383),
})

const r2 = z.strictObject({
  ...e1,
  kind: z.literal('r2'),
  variant: z.enum(['cn', 'itu']),
  /** Digits of a called number; the exchange is asked for no more. */
  calledDigits: z.int().min(1).max(20),
  callerDigits: z.int().min(0).max(20),
})

export const trunkDescription = z.discriminatedUnion('kind', [sip, analog, pri, ss7, r2])
export type TrunkDescription = z.infer<typeof trunkDescription>
export type SipTrunk = z.infer<typeof sip>
export type CardTrunk = Exclude<TrunkDescription, SipTrunk>
export type E1Trunk = Exclude<CardTrunk, { kind: 'analog' }>

/** What all trunks of one Asterisk share. */
export const asteriskSettings = z.strictObject({
  /** Stasis applications of the nodes, tried in this order. */
  apps: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/))
    .min(1)
    .max(8),
  ari: z.strictObject({ bind: z.string().refine(value => isIP(value) !== 0), port, user, password }),
  sip: z.strictObject({
    bind: z.string().refine(value => isIP(value) !== 0),
    udpPort: port,
    tcpPort: port,
    tlsPort: port,
    /** PEM files for TLS; null: no TLS. */
    tls: z.strictObject({ certificate: path(), key: path() }).nullable(),
  }),
  rtpPorts: z.strictObject({ first: port, last: port }),
  /** A call without any packet for so long is over. */
  rtpTimeoutS: z.int().min(1).max(3_600),
  /** Prompts are fetched over HTTP, not read from the sounds folder. */
  promptsByHttp: z.boolean(),
})
export type AsteriskSettings = z.infer<typeof asteriskSettings>

function path() {
  return z.string().regex(/^\/[A-Za-z0-9._/-]{1,250}$/)
}

function isPeer(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/')
  if (bits === undefined) return host.safeParse(value).success
  const version = isIP(address)
  return more.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}
