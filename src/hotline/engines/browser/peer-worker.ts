// The media thread of the browser phone: one clock for all its calls; told what to do by messages from the main thread.

import { parentPort, workerData } from 'node:worker_threads'
import type { ClipName } from '../../line.ts'
import { openClipLibrary } from '../../voice/clip-library.ts'
import { startClock } from '../sip/media/clock.ts'
import type { Offer } from './offer.ts'
import { PeerCall, reasonOf } from './peer-call.ts'
import type { FromPeers, PeerSettings, ToPeers } from './protocol.ts'

const settings: PeerSettings = workerData
const clips = openClipLibrary(settings.clipFolders)
const calls = new Map<number, PeerCall>()
/** Ports are looked for by one call at a time, so that no two find the same one. */
let opening: Promise<void> = Promise.resolve()

function report(message: FromPeers): void {
  parentPort?.postMessage(message)
}

function open(call: number, offer: Offer): void {
  guarded(call, () => calls.set(call, new PeerCall(call, offer, settings, report)))
  opening = opening.then(async () => {
    try {
      const sdp = await calls.get(call)?.answer()
      if (sdp !== undefined) report({ type: 'answer', call, sdp })
    } catch (error) {
      fail(call, error)
    }
  })
}

function play(call: number, number: number, names: readonly ClipName[]): void {
  try {
    const samples = names.map(name => clips.alaw(name))
    calls.get(call)?.play(number, samples)
  } catch (error) {
    report({ type: 'unplayable', call, play: number, reason: reasonOf(error) })
  }
}

function close(call: number): void {
  const media = calls.get(call)
  calls.delete(call)
  const quality = media?.close() ?? { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }
  report({ type: 'closed', call, quality })
}

/** A fault in one call's media ends that call and no other. */
function guarded(call: number, action: () => void): void {
  try {
    action()
  } catch (error) {
    fail(call, error)
  }
}

function fail(call: number, error: unknown): void {
  calls.get(call)?.close()
  calls.delete(call)
  report({ type: 'failed', call, reason: reasonOf(error) })
}

function obey(message: ToPeers): void {
  if (message.type === 'open') open(message.call, message.offer)
  else if (message.type === 'play') play(message.call, message.play, message.clips)
  else if (message.type === 'stop') calls.get(message.call)?.stop(message.play)
  else close(message.call)
}

// What the library leaves uncaught belongs to one browser's packets: it is reported, and the other calls go on.
process.on('unhandledRejection', error => report({ type: 'fault', reason: reasonOf(error) }))
process.on('uncaughtException', error => report({ type: 'fault', reason: reasonOf(error) }))
parentPort?.on('message', obey)
startClock(missed => {
  const nowMs = performance.now()
  for (const [call, media] of calls) guarded(call, () => media.tick(missed, nowMs))
})
report({ type: 'ready' })
