// Drives baresip (Debian package baresip-core) as a real caller without a head: commands and keys on its standard input.
//
// rfc4733: the keys are typed, and baresip sends them as telephone events.
// inband: baresip speaks a WAV file that holds the tones; its own keys are not touched.
// info: baresip 1.0 (Debian 12) reads keys from INFO but cannot send any; the account parameter `dtmfmode=info` came with
// 1.1, so for this way that version is fetched from the next Debian (newer-baresip.ts). The keys are typed here too.

import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWav } from '../../src/hotline/phone/wav-file.ts'
import { find } from '../support/programs.ts'
import { type BaresipProgram, newerBaresip } from './newer-baresip.ts'
import { type KeyMode, PEER_MARGIN_MS, type PeerResult, runProgram, sum, type Transport } from './peer-programs.ts'
import { toneEntry } from './rtp-pcap.ts'

export interface BaresipOptions {
  /** For example `sip:95598@127.0.0.1:5060`. */
  readonly target: string
  readonly transport?: Transport
  readonly mode?: KeyMode
  readonly from?: string
  /** Entries of keys. baresip knows no captions: it waits `waitsMs[i]` before entry i (one number: before each). */
  readonly keys: readonly string[]
  readonly waitsMs: number | readonly number[]
  /** After the last entry, before the caller hangs up; the hotline may do so earlier. */
  readonly lastWaitMs?: number
}

export const baresipPath = find('baresip')

/** One typed key: baresip ends it by itself when the next one comes or after a moment. */
const KEY_MS = 300
const ESTABLISHED = 'Call established'
const TERMINATED = ['terminated (duration', 'session closed']

/** Resolves when baresip has ended. */
export async function runBaresip(options: BaresipOptions): Promise<PeerResult> {
  const { keys, waitsMs, mode = 'rfc4733', lastWaitMs = 500 } = options
  const program = mode === 'info' ? await newerBaresip() : installed()
  const waits = keys.map((_, index) => (typeof waitsMs === 'number' ? waitsMs : (waitsMs[index] ?? 0)))
  const folder = mkdtempSync(join(tmpdir(), 'baresip-'))
  try {
    const spoken = mode === 'inband' ? toneTrack(keys, waits) : new Int16Array(0)
    await configure(folder, options, spoken, program.modules)
    const typed = mode === 'inband' ? [] : keys
    const silentMs = mode === 'inband' ? spoken.length / 8 : 0
    const limitMs = PEER_MARGIN_MS + sum(waits) + silentMs + lastWaitMs + KEY_MS * sum(typed.map(entry => entry.length))
    return await runProgram(program.command, [...program.args, '-f', folder, '-4'], limitMs, child => {
      void drive(child, options.target, typed, waits, silentMs + lastWaitMs)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function installed(): BaresipProgram {
  if (baresipPath === undefined) throw new Error('baresip is not installed (Debian package baresip-core)')
  return { command: baresipPath, args: [], modules: '/usr/lib/baresip/modules' }
}

/** The whole call's tones in one track, each entry after its wait. */
function toneTrack(keys: readonly string[], waits: readonly number[]): Int16Array {
  const parts = keys.flatMap((entry, index) => [new Int16Array((waits[index] ?? 0) * 8), toneEntry(entry)])
  return Int16Array.from(parts.flatMap(part => [...part]))
}

async function configure(folder: string, options: BaresipOptions, spoken: Int16Array, modules: string): Promise<void> {
  const { transport = 'udp', from = '13800138000', mode } = options
  const keyMode = mode === 'info' ? ';dtmfmode=info' : ''
  const track = join(folder, 'spoken.wav')
  const lines = [
    'poll_method epoll',
    'sip_listen 127.0.0.1:0',
    `audio_source aufile,${track}`,
    'audio_player aubridge,nil',
    'audio_alert aubridge,nil',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `module_path ${modules}`,
    ...['stdio', 'g711', 'aufile', 'aubridge'].map(name => `module ${name}.so`),
    'module_tmp account.so',
    'module_app menu.so',
    '',
  ]
  writeFileSync(join(folder, 'config'), lines.join('\n'))
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${from}@127.0.0.1;transport=${transport}>;regint=0;audio_codecs=pcma/8000/1${keyMode}\n`,
  )
  writeFileSync(join(folder, 'contacts'), '')
  // The track ends long after the call: baresip hangs up when its source runs dry.
  const silence = new Int16Array(8_000 * 60)
  await writeWav(track, Int16Array.from([...spoken, ...silence]))
}

async function drive(
  child: ChildProcessWithoutNullStreams,
  target: string,
  keys: readonly string[],
  waits: readonly number[],
  lastWaitMs: number,
): Promise<void> {
  const over = seen(child, TERMINATED)
  const established = seen(child, [ESTABLISHED])
  await seen(child, ['baresip is ready'])
  child.stdin.write(`/dial ${target}\n`)
  await Promise.race([established, over])
  await Promise.race([type(child, keys, waits, lastWaitMs), over])
  child.stdin.write('/quit\n')
}

async function type(
  child: ChildProcessWithoutNullStreams,
  keys: readonly string[],
  waits: readonly number[],
  lastWaitMs: number,
): Promise<void> {
  for (const [index, entry] of keys.entries()) {
    await sleep(waits[index] ?? 0)
    for (const key of entry) {
      child.stdin.write(key)
      await sleep(KEY_MS)
    }
  }
  await sleep(lastWaitMs)
  child.stdin.write('/hangup\n')
  await sleep(300)
}

/** Resolves when the program has said one of these, or has ended. */
function seen(child: ChildProcessWithoutNullStreams, texts: readonly string[]): Promise<void> {
  return new Promise(resolve => {
    let said = ''
    const look = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-20_000)
      if (texts.some(text => said.includes(text))) resolve()
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.on('close', () => resolve())
  })
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
