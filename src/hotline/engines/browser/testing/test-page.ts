// The far end of the browser phone in tests: a browser's WebRTC by the same library, with keys and packets as a test wants them.

import { randomInt } from 'node:crypto'
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader } from 'werift'
import type { Caption, Key, ReleaseCause } from '../../../line.ts'
import { eventOfKey } from '../../sip/info-keys.ts'
import type { BrowserEngine, CallRefusal, LeaveCall } from '../browser-engine.ts'
import type { PageMessage } from '../page-messages.ts'

const eventType = 126
const tickMs = 20
const samplesPerTick = 160

export interface TestPage {
  /** Everything the page was told. */
  readonly told: PageMessage[]
  captions(): Caption[]
  /** Sound packets that arrived. */
  packets(): number
  /** The payload of the last one. */
  lastSound(): Uint8Array | null
  /** Presses a key as a browser does: seven packets, the last three say that it ended. */
  press(key: Key, how?: { copies?: number; mixed?: boolean }): Promise<void>
  leave: LeaveCall
  /** Vanishes without a word. */
  vanish(): Promise<void>
  readonly ended: Promise<ReleaseCause>
}

/** Places a call as a page would, silent sound and all; resolves when our answer was taken. */
export async function callFromPage(
  engine: BrowserEngine,
  { caller = null, called = '95598', codec = 'PCMA' }: { caller?: string | null; called?: string; codec?: string } = {},
): Promise<TestPage | { refused: CallRefusal }> {
  const { peer, sound } = newPeer(codec)
  await peer.setLocalDescription(await peer.createOffer())
  const told: PageMessage[] = []
  let end: (cause: ReleaseCause) => void = () => {}
  const ended = new Promise<ReleaseCause>(resolve => {
    end = resolve
  })
  const placed = await engine.place({ caller, called, offer: peer.localDescription?.sdp ?? '' }, message => {
    told.push(message)
    if (message.type === 'ended') end(message.cause)
  })
  if ('refused' in placed) {
    await peer.close()
    return placed
  }
  const answer = told.find(message => message.type === 'answer')
  if (answer?.type !== 'answer') throw new Error('the engine told no answer')
  await peer.setRemoteDescription({ type: 'answer', sdp: answer.sdp })
  const sending = startSilence(peer, codec === 'PCMA' ? 8 : 0)
  const vanish = async () => {
    clearInterval(sending.timer)
    await peer.close()
  }
  void ended.then(vanish)
  return {
    told,
    captions: () => told.flatMap(message => (message.type === 'caption' ? [message.caption] : [])),
    packets: () => sound.packets,
    lastSound: () => sound.last,
    press: (key, how) => press(peer, sending, key, how ?? {}),
    leave: placed.leave,
    vanish,
    ended,
  }
}

function newPeer(codec: string) {
  const parameters = (name: string, payloadType: number) =>
    new RTCRtpCodecParameters({ mimeType: `audio/${name}`, clockRate: 8_000, channels: 1, payloadType })
  const peer = new RTCPeerConnection({
    codecs: { audio: [parameters(codec, codec === 'PCMA' ? 8 : 0), parameters('telephone-event', eventType)] },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
  })
  peer.addTransceiver(new MediaStreamTrack({ kind: 'audio' }))
  const sound: { packets: number; last: Uint8Array | null } = { packets: 0, last: null }
  peer.onTrack.subscribe(track =>
    track.onReceiveRtp.subscribe(({ payload }) => {
      sound.packets += 1
      sound.last = payload
    }),
  )
  return { peer, sound }
}

interface Sending {
  timer: NodeJS.Timeout
  sequence: number
  timestamp: number
}

function startSilence(peer: RTCPeerConnection, payloadType: number): Sending {
  const silence = Buffer.alloc(samplesPerTick, 0xd5)
  const sending: Sending = {
    timer: setInterval(tick, tickMs),
    sequence: randomInt(60_000),
    timestamp: randomInt(2 ** 31),
  }
  function tick(): void {
    sending.timestamp += samplesPerTick
    send(peer, sending, payloadType, sending.timestamp, silence)
  }
  return sending
}

function send(
  peer: RTCPeerConnection,
  sending: Sending,
  payloadType: number,
  timestamp: number,
  payload: Buffer,
): void {
  sending.sequence = (sending.sequence + 1) & 0xffff
  const [transceiver] = peer.getTransceivers()
  const ssrc = transceiver?.sender.ssrc ?? 1
  const header = new RtpHeader({ version: 2, payloadType, sequenceNumber: sending.sequence, timestamp, ssrc })
  const [transport] = peer.dtlsTransports
  if (transport?.state === 'connected') void transport.sendRtp(payload, header)
}

async function press(
  peer: RTCPeerConnection,
  sending: Sending,
  key: Key,
  { copies = 1, mixed = false }: { copies?: number; mixed?: boolean },
): Promise<void> {
  const { timestamp } = sending
  const packets = [1, 2, 3, 4, 5, 5, 5].map((step, place) =>
    Buffer.from([
      eventOfKey(key),
      place >= 4 ? 0x8a : 0x0a,
      (step * samplesPerTick) >> 8,
      (step * samplesPerTick) & 0xff,
    ]),
  )
  if (mixed) packets.reverse()
  for (const packet of packets) {
    for (let copy = 0; copy < copies; copy += 1) send(peer, sending, eventType, timestamp, packet)
    await new Promise(resolve => setTimeout(resolve, tickMs))
  }
  sending.timestamp += samplesPerTick
}
