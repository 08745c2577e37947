// What the tests of the SIP endpoint share: an engine on free ports of this machine, with clips of generated tones.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Line } from '../../../line.ts'
import { writeAlawWav } from '../../../voice/wav.ts'
import { createSipEngine, type SipEngine, type SipEngineSettings } from '../engine.ts'
import { encode } from '../media/g711.ts'

export const QUIET_LOG = { info: () => undefined, warn: () => undefined, error: console.error }

/** A folder with `t/short` (300 ms) and `t/long` (5 s) of a 440 Hz tone. */
export function makeClips(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clips-'))
  mkdirSync(join(folder, 't'))
  for (const [name, durationMs] of [
    ['short', 300],
    ['long', 5_000],
  ] as const) {
    const samples = Int16Array.from(
      { length: durationMs * 8 },
      (_, n) => 8_000 * Math.sin((2 * Math.PI * 440 * n) / 8_000),
    )
    writeFileSync(join(folder, 't', `${name}.wav`), writeAlawWav(encode('PCMA', samples)))
  }
  return folder
}

export interface TestEngine extends SipEngine {
  readonly target: string
  close(): Promise<void>
}

export async function startEngine(
  onCall: (line: Line) => Promise<void>,
  settings: Partial<SipEngineSettings> = {},
): Promise<TestEngine> {
  const clips = makeClips()
  const engine = createSipEngine({
    bind: '127.0.0.1',
    port: 0,
    publicAddress: '127.0.0.1',
    rtpPorts: { first: 20_000, last: 29_998 },
    maxCalls: 50,
    rtpTimeoutMs: 60_000,
    clipFolders: [clips],
    log: QUIET_LOG,
    ...settings,
  })
  await engine.start(onCall)
  return {
    start: onCall => engine.start(onCall),
    stop: graceMs => engine.stop(graceMs),
    activeCalls: engine.activeCalls,
    udpPort: engine.udpPort,
    tcpPort: engine.tcpPort,
    tlsPort: engine.tlsPort,
    renew: identity => engine.renew(identity),
    target: `sip:95598@127.0.0.1:${engine.udpPort}`,
    async close() {
      await engine.stop(0)
      rmSync(clips, { recursive: true, force: true })
    },
  }
}
