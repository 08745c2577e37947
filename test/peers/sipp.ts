// Drives sipp (package sip-tester) as a real caller: one call, keys in one of three ways, paced by given waits.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { find } from '../support/programs.ts'
import {
  freePort,
  type KeyMode,
  PEER_MARGIN_MS,
  type PeerResult,
  runProgram,
  sum,
  type Transport,
} from './peer-programs.ts'
import { rtpCapture, TONE_OFF_MS, TONE_ON_MS, toneEntry } from './rtp-pcap.ts'

export interface SippOptions {
  /** For example `sip:95598@127.0.0.1:5060`. */
  readonly target: string
  readonly transport?: Transport
  readonly mode?: KeyMode
  readonly from?: string
  /** Entries of keys. sipp hears no prompt: it waits `waitsMs[i]` before entry i (one number: before each). */
  readonly keys: readonly string[]
  readonly waitsMs: number | readonly number[]
  /** Who hangs up: the caller after the last wait, or the hotline. */
  readonly hangUp?: 'caller' | 'hotline'
  /** After the last entry, before the caller hangs up. */
  readonly lastWaitMs?: number
}

export const sippPath = find('sipp')

/** What sipp sends for one key: 200 ms of event and 200 ms of pause. */
const EVENT_MS = 400
/** sipp's player may still be busy for a moment when the last pause is over. */
const PLAYER_MS = 300

/** Resolves when sipp has ended; exit code 0 means that its whole scenario was played. */
export async function runSipp(options: SippOptions): Promise<PeerResult> {
  if (sippPath === undefined) throw new Error('sipp is not installed (Debian package sip-tester)')
  const { target, transport = 'udp', keys, waitsMs, lastWaitMs = 500 } = options
  const waits = keys.map((_, index) => (typeof waitsMs === 'number' ? waitsMs : (waitsMs[index] ?? 0)))
  const [service, host] = target.replace('sip:', '').split('@')
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  try {
    const scenario = join(folder, 'call.xml')
    writeFileSync(scenario, scenarioFor(options, waits, folder, lastWaitMs))
    const ports = [
      '-p',
      String(await freePort()),
      '-mp',
      String(await freePort()),
      '-i',
      '127.0.0.1',
      '-mi',
      '127.0.0.1',
    ]
    const limitMs =
      PEER_MARGIN_MS + sum(waits) + lastWaitMs + sum(keys.map(entry => EVENT_MS * entry.length + PLAYER_MS))
    const args = [
      host ?? '',
      '-s',
      service ?? '',
      '-sf',
      scenario,
      '-m',
      '1',
      '-nostdin',
      '-t',
      transport === 'udp' ? 'u1' : 't1',
    ]
    const errors = join(folder, 'errors.log')
    const result = await runProgram(sippPath, [...args, ...ports, '-trace_err', '-error_file', errors], limitMs)
    return { ...result, output: result.output + (existsSync(errors) ? readFileSync(errors, 'utf8') : '') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function scenarioFor(options: SippOptions, waits: readonly number[], folder: string, lastWaitMs: number): string {
  const { keys, mode = 'rfc4733', hangUp = 'caller' } = options
  const from = options.from ?? '13800138000'
  const steps: string[] = [
    invite(from),
    '<recv response="100" optional="true"/>',
    '<recv response="180" optional="true"/>',
  ]
  steps.push('<recv response="200" rrs="true"/>', send(`ACK${inDialog(from, 'ACK', 1)}`, ''))
  let cseq = 1
  for (const [index, entry] of keys.entries()) {
    steps.push(pause(waits[index] ?? 0))
    if (mode === 'rfc4733') steps.push(exec(`play_dtmf="${entry}"`), pause(EVENT_MS * entry.length + PLAYER_MS))
    else if (mode === 'inband') {
      const capture = join(folder, `entry-${index}.pcap`)
      writeFileSync(capture, rtpCapture(toneEntry(entry)))
      steps.push(exec(`play_pcap_audio="${capture}"`), pause(40 + entry.length * (TONE_ON_MS + TONE_OFF_MS)))
    } else for (const key of entry) steps.push(infoKey(from, key, ++cseq), '<recv response="200"/>', pause(100))
  }
  // The hotline may hang up at the last key already, and sipp takes a BYE only where it is expected.
  if (hangUp === 'hotline') steps.splice(-1, 1, '<recv request="BYE"/>', bye200())
  else steps.push(pause(lastWaitMs), send(`BYE${inDialog(from, 'BYE', cseq + 1)}`, ''), '<recv response="200"/>')
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="caller">\n${steps.join('\n')}\n</scenario>\n`
}

function send(head: string, body: string, retransmits = false): string {
  const length = body === '' ? 'Content-Length: 0\n\n' : `Content-Length: [len]\n\n${body}`
  return `<send${retransmits ? ' retrans="500"' : ''}><![CDATA[\n${head}\n${length}]]></send>`
}

function pause(ms: number): string {
  return `<pause milliseconds="${Math.max(1, ms)}"/>`
}

function exec(action: string): string {
  return `<nop><action><exec ${action}/></action></nop>`
}

function invite(from: string): string {
  const head = [
    'INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    `From: <sip:${from}@[local_ip]:[local_port]>;tag=[call_number]`,
    'To: <sip:[service]@[remote_ip]:[remote_port]>',
    'Call-ID: [call_id]',
    'CSeq: 1 INVITE',
    `Contact: <sip:${from}@[local_ip]:[local_port];transport=[transport]>`,
    'Max-Forwards: 70',
    'Content-Type: application/sdp',
  ]
  const sdp = [
    'v=0',
    'o=sipp 1 1 IN IP[local_ip_type] [local_ip]',
    's=-',
    'c=IN IP[media_ip_type] [media_ip]',
    't=0 0',
    'm=audio [media_port] RTP/AVP 8 96',
    'a=rtpmap:8 PCMA/8000',
    // sipp plays its events as payload type 96, whatever is agreed.
    'a=rtpmap:96 telephone-event/8000',
    'a=fmtp:96 0-15',
    'a=ptime:20',
    '',
  ]
  return send(head.join('\n'), sdp.join('\n'), true)
}

/** The rest of a request inside the dialog, after its method. */
function inDialog(from: string, method: string, cseq: number): string {
  return [
    ' [next_url] SIP/2.0',
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    '[routes]',
    `From: <sip:${from}@[local_ip]:[local_port]>;tag=[call_number]`,
    'To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]',
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
  ].join('\n')
}

function infoKey(from: string, key: string, cseq: number): string {
  const head = `INFO${inDialog(from, 'INFO', cseq)}\nContent-Type: application/dtmf-relay`
  return send(head, `Signal=${key}\nDuration=100\n`, true)
}

function bye200(): string {
  const copied = ['[last_Via:]', '[last_From:]', '[last_To:]', '[last_Call-ID:]', '[last_CSeq:]']
  return send(['SIP/2.0 200 OK', ...copied].join('\n'), '')
}
