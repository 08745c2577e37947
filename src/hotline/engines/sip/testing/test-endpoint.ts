// An endpoint with a dialogue of the test's own, and bare clients that call it; everything is closed after each test.
import type { HangUp, Line, ReleaseCause } from '../../../line.ts'
import type { SipEngineSettings } from '../engine.ts'
import type { TransportName } from '../flow.ts'
import { TestClient } from './test-client.ts'
import { startEngine, type TestEngine } from './test-engine.ts'

const closers: (() => unknown)[] = []

/** For `afterEach`. The engine goes first, while its callers can still answer a BYE. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

export interface Heard {
  readonly lines: Line[]
  readonly ends: ReleaseCause[]
  /** What the dialogue's promises were rejected with. */
  readonly rejections: (HangUp | unknown)[]
}

/** An engine whose dialogue does what the test says, then waits for the end of the call. */
export async function engineFor(
  talk: (line: Line) => Promise<void>,
  settings: Partial<SipEngineSettings> = {},
): Promise<{ engine: TestEngine; heard: Heard }> {
  const heard: Heard = { lines: [], ends: [], rejections: [] }
  const engine = await startEngine(async line => {
    heard.lines.push(line)
    const over = new Promise<void>(resolve => {
      line.onEnd(cause => {
        heard.ends.push(cause)
        resolve()
      })
    })
    await talk(line).catch(error => heard.rejections.push(error))
    await over
  }, settings)
  closers.push(() => engine.close())
  return { engine, heard }
}

export async function clientFor(engine: TestEngine, transport: TransportName = 'udp'): Promise<TestClient> {
  const client = await (transport === 'udp'
    ? TestClient.udp(engine.udpPort)
    : transport === 'tcp'
      ? TestClient.tcp(engine.tcpPort)
      : TestClient.tls(engine.tlsPort))
  closers.push(() => client.close())
  return client
}

export const answer = (line: Line): Promise<void> => line.answer()
