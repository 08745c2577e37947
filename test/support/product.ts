// The whole product as a process of its own, as `npm start` runs it, on ports and data of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '../../src/kernel/client.ts'
import type { AppRegistry } from '../../src/registry.ts'

const tree = fileURLToPath(new URL('../..', import.meta.url))

export interface Product {
  web: string
  /** What callers dial. */
  sip: string
  sipPort: number
  environment: Record<string, string>
  dataDir: string
  /** Everything it wrote to both outputs so far. */
  output(): string
  /** Runs `npx dianka …` beside it. */
  command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  /** What `demo --json` says now. */
  demo(): Promise<Demo>
  signIn(name: string, password: string): Promise<{ api: Client<AppRegistry>; token: string }>
  kill(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts again on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface Demo {
  hotline: { number: string; address: string }
  signIns: { name: string; password: string; role: string; place: string }[]
  cards: {
    serial: string
    pin: string
    faceValueFen: number
    state: string
    holder: string
    frozen: boolean
    locked: boolean
    expired: boolean
    held: boolean
  }[]
  accounts: { accountNo: string; accountName: string; dueFen: number; balanceFen: number }[]
}

const startWithinMs = 180_000

export async function startProduct(more: Record<string, string> = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'dianka-product-'))
  const [httpPort, sipPort, misPort, rtpFirst] = await freePorts(4)
  const first = ((rtpFirst ?? 30_000) & ~1) % 50_000
  const dataDir = join(folder, 'data')
  const environment = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    DIANKA_DATA_DIR: dataDir,
    DIANKA_HTTP_PORT: String(httpPort),
    DIANKA_SIP_PORT: String(sipPort),
    DIANKA_MIS_PORT: String(misPort),
    DIANKA_RTP_PORTS: `${Math.max(first, 2_000)}-${Math.max(first, 2_000) + 998}`,
    DIANKA_LOG_LEVEL: 'warn',
    ...more,
  }
  let output = ''
  let child: ChildProcess
  const launch = async () => {
    child = spawn(process.execPath, [join(tree, 'run.mjs'), 'start'], {
      cwd: tree,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const started = child
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), startWithinMs)
      const from = output.length
      const read = (chunk: Buffer) => {
        output += chunk.toString()
        if (!/^ready /m.test(output.slice(from))) return
        clearTimeout(timer)
        resolve()
      }
      started.stdout?.on('data', read)
      started.stderr?.on('data', read)
      started.once('exit', code => {
        clearTimeout(timer)
        reject(new Error(`ended with ${code}:\n${output}`))
      })
    })
  }
  await launch().catch(async error => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const [, web = '', sip = ''] = /^ready (\S+) (\S+)$/m.exec(output) ?? []
  const command = (...args: string[]) => run(environment, args)
  const kill = async (signal: 'SIGINT' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
  return {
    web,
    sip,
    sipPort: sipPort ?? 0,
    environment,
    dataDir,
    output: () => output,
    command,
    async demo() {
      const { code, stdout, stderr } = await command('demo', '--json')
      if (code !== 0) throw new Error(stderr)
      const found: Demo = JSON.parse(stdout)
      return found
    },
    signIn: (name, password) => signIn(web, name, password),
    kill,
    restart: launch,
    async close() {
      await kill('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function run(env: Record<string, string>, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(tree, 'run.mjs'), ...args], {
      cwd: tree,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => {
      said.stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said.stderr += chunk.toString()
    })
    child.once('close', code => resolve({ code: code ?? 1, ...said }))
  })
}

export class HttpRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(`${status} ${code}: ${message}`)
    this.status = status
    this.code = code
  }
}

/** A client over HTTP, as a program would write it. */
export function httpClient(web: string, token: string | null): Client<AppRegistry> {
  return createClient<AppRegistry>(async (name, input, { key }) => {
    const response = await fetch(`${web}/api/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(input),
    })
    const answer = await response.json()
    if (!response.ok) throw new HttpRefusal(response.status, answer.error.code, answer.error.message)
    return answer
  })
}

async function signIn(web: string, name: string, password: string) {
  const { outcome, session } = await httpClient(web, null).auth.login({ name, password })
  if (!session) throw new Error(`${name} could not sign in: ${outcome}`)
  return { api: httpClient(web, session.token), token: session.token }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>(resolve => {
          const server = createServer()
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map(server => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}
