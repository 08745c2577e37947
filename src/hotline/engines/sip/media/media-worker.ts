// The media thread: one clock for all calls, one socket per call; told what to do by messages from the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import type { ClipName } from '../../../line.ts'
import { openClipLibrary } from '../../../voice/clip-library.ts'
import { startClock } from './clock.ts'
import { MediaCall } from './media-call.ts'
import type { FromMedia, MediaSettings, ToMedia } from './protocol.ts'
import { RtpPorts } from './rtp-port.ts'

const settings: MediaSettings = workerData
const clips = openClipLibrary(settings.clipFolders)
const ports = new RtpPorts(settings.bind, settings.firstPort, settings.lastPort)
const calls = new Map<number, MediaCall>()
/** Calls whose socket is being opened; one that is closed meanwhile is taken out. */
const opening = new Set<number>()

function report(message: FromMedia): void {
  parentPort?.postMessage(message)
}

async function open(call: number): Promise<void> {
  opening.add(call)
  const socket = await ports.open((datagram, address, port) => {
    guarded(call, () => calls.get(call)?.receive(datagram, address, port, performance.now()))
  })
  if (!opening.delete(call)) {
    socket?.close()
    return
  }
  if (socket !== null) calls.set(call, new MediaCall(call, socket, settings.rtpTimeoutMs, report))
  report({ type: 'opened', call, port: socket?.address().port ?? null })
}

function play(call: number, number: number, names: readonly ClipName[]): void {
  try {
    calls.get(call)?.play(
      number,
      names.map(name => clips.alaw(name)),
    )
  } catch (error) {
    report({ type: 'unplayable', call, play: number, reason: error instanceof Error ? error.message : String(error) })
  }
}

function close(call: number): void {
  const media = calls.get(call)
  calls.delete(call)
  opening.delete(call)
  const quality = media?.close() ?? { packetsSent: 0, packetsReceived: 0, packetsLost: 0, jitterMs: 0 }
  report({ type: 'closed', call, quality })
}

/** A fault in one call's media ends that call and no other. */
function guarded(call: number, action: () => void): void {
  try {
    action()
  } catch (error) {
    calls.get(call)?.close()
    calls.delete(call)
    report({ type: 'failed', call, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

function obey(message: ToMedia): void {
  if (message.type === 'open') void open(message.call)
  else if (message.type === 'connect') calls.get(message.call)?.connect(message.remote, performance.now())
  else if (message.type === 'play') play(message.call, message.play, message.clips)
  else if (message.type === 'stop') calls.get(message.call)?.stop(message.play)
  else close(message.call)
}

parentPort?.on('message', obey)
startClock(missed => {
  const nowMs = performance.now()
  for (const [call, media] of calls) guarded(call, () => media.tick(missed, nowMs))
})
report({ type: 'ready' })
