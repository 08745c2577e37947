// The media thread: what fails in one call stays there, and a dead thread is replaced.
import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RemoteMedia } from '../sdp.ts'
import { eventually } from '../testing/eventually.ts'
import { makeClips, QUIET_LOG } from '../testing/test-engine.ts'
import { type MediaPort, MediaThread } from './media-thread.ts'

const REMOTE: RemoteMedia = {
  address: '127.0.0.1',
  port: 9,
  codec: 'PCMA',
  payloadType: 8,
  eventType: 101,
  sends: true,
  receives: true,
}

let folder = ''
let thread: MediaThread
const errors: string[] = []

beforeEach(async () => {
  folder = makeClips()
  errors.length = 0
  const settings = {
    bind: '127.0.0.1',
    firstPort: 20_000,
    lastPort: 29_998,
    clipFolders: [folder],
    rtpTimeoutMs: 60_000,
  }
  thread = new MediaThread(settings, { ...QUIET_LOG, error: (_: object, message: string) => errors.push(message) })
  await thread.start()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await thread.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function openCall(onLost: () => void = () => undefined): Promise<MediaPort> {
  const port = await thread.open({ onKey: () => undefined, onRtpTimeout: () => undefined, onLost })
  if (port === null) throw new Error('no port')
  port.connect(REMOTE)
  return port
}

it('plays each call its own messages, and tells how the media went', async () => {
  const [first, second] = [await openCall(), await openCall()]
  expect(first.port).not.toBe(second.port)
  const plays = [first.play(['t/short']), second.play(['t/long'])]
  expect(await plays[0]?.done).toBe('ended')
  plays[1]?.stop()
  expect(await plays[1]?.done).toBe('stopped')
  const quality = await first.close('completed')
  expect(quality.packetsSent).toBeGreaterThan(14)
  await second.close('completed')
})

it('ends the one call whose media fails', async () => {
  const lost = new Promise<void>(resolve => {
    void openCall(resolve).then(port => port.connect({ ...REMOTE, port: 70_000 }))
  })
  const other = await openCall()
  await lost
  expect(errors).toEqual(['the media of a call failed'])
  expect(await other.play(['t/short']).done).toBe('ended')
})

it('refuses what cannot be played and goes on', async () => {
  const port = await openCall()
  await expect(port.play(['t/short', 'no/clip']).done).rejects.toThrow('no/clip')
  await expect(port.play(Array.from({ length: 1_000 }, () => 't/short')).done).rejects.toThrow('too long')
  expect(await port.play(['t/short']).done).toBe('ended')
})

it('tells every call when the thread dies, and starts another', async () => {
  const posted = vi.spyOn(Worker.prototype, 'postMessage')
  const lost = vi.fn()
  await openCall(lost)
  const worker = posted.mock.contexts[0]
  if (!(worker instanceof Worker)) throw new Error('no thread')
  await worker.terminate()
  await eventually(() => expect(lost).toHaveBeenCalledTimes(1))
  const port = await eventually(() => openCall())
  expect(await port.play(['t/short']).done).toBe('ended')
})
