// What the helpers for real SIP programs share: free ports, and running one to its end.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type KeyMode = 'rfc4733' | 'info' | 'inband'
export type Transport = 'udp' | 'tcp'

/** An even UDP port that nobody used a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>(resolve => socket.close(() => resolve()))
    if (port % 2 === 0) return port
  }
}

export interface PeerResult {
  /** The program's exit code; null when it had to be killed. */
  readonly exitCode: number | null
  readonly output: string
}

const MAX_OUTPUT = 100_000

/** Starts a program and collects what it says; it is killed when it does not end in time. */
export function runProgram(
  path: string,
  args: readonly string[],
  limitMs: number,
  onStart: (child: ChildProcessWithoutNullStreams) => void = child => child.stdin.end(),
): Promise<PeerResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, [...args], { stdio: 'pipe', env: { ...process.env, TERM: 'dumb' } })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    // The program may be gone before it read everything.
    child.stdin.on('error', () => undefined)
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.on('error', reject)
    child.on('close', exitCode => {
      clearTimeout(timer)
      resolve({ exitCode, output })
    })
    onStart(child)
  })
}

/** How long a peer gets for its call besides the waits it was told. */
export const PEER_MARGIN_MS = 20_000

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
