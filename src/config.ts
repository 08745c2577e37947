// The settings of one run, read once from the environment; nothing else reads it.

import { hostname, networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { SetupError } from './kernel/setup-error.ts'
import { type Setting, settings } from './settings.ts'

type Settings = typeof settings
type Value<K extends keyof Settings> = Settings[K] extends Setting<infer T> ? T : never
/** What may stay undecided: null then. */
type Optional =
  | 'databaseUrl'
  | 'misDatabaseUrl'
  | 'misUrl'
  | 'demo'
  | 'tlsCert'
  | 'tlsKey'
  | 'sipTlsCert'
  | 'sipTlsKey'
  | 'sipTlsCa'
  | 'trustedProxies'
  | 'phone'
  | 'phonePorts'

export type Config = Readonly<
  { [K in Exclude<keyof Settings, Optional>]: Value<K> } & { [K in Optional]: Value<K> | null } & {
    /** The folder of the program itself. */
    treeDir: string
  }
>

const treeDir = resolve(fileURLToPath(new URL('..', import.meta.url)))
const schema = z.object({
  ...(Object.fromEntries(Object.entries(settings).map(([key, { kind }]) => [key, kind.schema])) as {
    [K in keyof Settings]: Settings[K]['kind']['schema']
  }),
  databaseUrl: settings.databaseUrl.kind.schema.nullable(),
  misDatabaseUrl: settings.misDatabaseUrl.kind.schema.nullable(),
  misUrl: settings.misUrl.kind.schema.nullable(),
  demo: settings.demo.kind.schema.nullable(),
  tlsCert: settings.tlsCert.kind.schema.nullable(),
  tlsKey: settings.tlsKey.kind.schema.nullable(),
  sipTlsCert: settings.sipTlsCert.kind.schema.nullable(),
  sipTlsKey: settings.sipTlsKey.kind.schema.nullable(),
  sipTlsCa: settings.sipTlsCa.kind.schema.nullable(),
  trustedProxies: settings.trustedProxies.kind.schema.nullable(),
  phone: settings.phone.kind.schema.nullable(),
  phonePorts: settings.phonePorts.kind.schema.nullable(),
})

type Environment = Readonly<Record<string, string | undefined>>

/** Throws one sentence for each setting that is wrong. */
export function readConfig(environment: Environment = process.env): Config {
  const written = Object.fromEntries(
    Object.entries(settings).map(([key, { name, byDefault }]) => [key, environment[name] || byDefault || null]),
  )
  const undecided = { ...written, ...computedDefaults(written) }
  const parsed = schema.safeParse(undecided)
  const wrong = parsed.success ? [] : parsed.error.issues.map(issue => `${String(issue.path[0])}`)
  const problems = [
    ...[...new Set(wrong)].map(key => wrongSetting(key, undecided)),
    ...unknownNames(environment).map(unknownSetting),
  ]
  if (!parsed.success || problems.length > 0) throw SetupError.all(problems)
  return { ...parsed.data, treeDir }
}

/** One line for each setting, for the documentation and `--help`. */
export function settingsTable(): { name: string; default: string; meaning: string }[] {
  return Object.values(settings).map(({ name, byDefault, meaning }) => ({ name, default: byDefault, meaning }))
}

type Written = Record<string, string | null>

function computedDefaults(written: Written): Written {
  const dataDir = resolve(written.dataDir ?? join(treeDir, '.data'))
  return {
    dataDir,
    secretsDir: resolve(written.secretsDir ?? join(dataDir, 'secrets')),
    publicAddress: written.publicAddress ?? reachableAddress(written.bind ?? ''),
    nodeName: written.nodeName ?? `${hostname().slice(0, 50)}:${written.httpPort}`,
  }
}

/** Who listens everywhere still has to name one address: the first of this machine that others can reach. */
function reachableAddress(bind: string): string {
  if (bind !== '0.0.0.0' && bind !== '::') return bind
  const family = bind === '::' ? 'IPv6' : 'IPv4'
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const outside = addresses.find(address => address.family === family && !address.internal && !address.scopeid)
  return outside?.address ?? (bind === '::' ? '::1' : '127.0.0.1')
}

function wrongSetting(key: string, written: Written): SetupError {
  const found = Object.entries(settings).find(([name]) => name === key)?.[1]
  if (!found) throw new Error(`no setting ${key}`)
  const { name, kind } = found
  const shown = kind.secret ? name : `${name}=${(written[key] ?? '').slice(0, 80)}`
  return new SetupError(`设置 ${shown} 不正确：${kind.chinese}`, `the setting ${shown} is wrong: ${kind.english}`)
}

/** A misspelt setting would otherwise be silently without effect. */
function unknownNames(environment: Environment): string[] {
  const known = new Set<string>(Object.values(settings).map(({ name }) => name))
  return Object.keys(environment).filter(name => name.startsWith('DIANKA_') && !known.has(name))
}

function unknownSetting(name: string): SetupError {
  return new SetupError(`没有名为 ${name} 的设置`, `there is no setting ${name}`)
}
