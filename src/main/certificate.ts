// The certificate of a door (HTTPS, SIP over TLS): read at the start, read again when its files change, never half.

import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.ts'
import type { Log } from '../kernel/log.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { every } from './timer.ts'

const lookEveryMs = 10_000

export interface CertificateFiles {
  read(): { cert: string; key: string }
  /** Takes new files into use while the server runs; ones that do not fit together are named in the log and left. */
  watch(take: (pair: { cert: string; key: string }) => void, log: Log, everyMs?: number): { stop(): Promise<void> }
}

/** Null without the two settings; refuses one without the other, and files that are no certificate and its key. */
export function openCertificate(
  { tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>,
  settings = 'DIANKA_TLS',
): CertificateFiles | null {
  if (tlsCert === null && tlsKey === null) return null
  if (tlsCert === null || tlsKey === null) {
    throw new SetupError(
      `${settings}_CERT 与 ${settings}_KEY 须同时设置`,
      `${settings}_CERT and ${settings}_KEY go together`,
    )
  }
  const read = () => readPair(tlsCert, tlsKey)
  let inUse = read()
  return {
    read: () => inUse,
    watch: (take, log, everyMs = lookEveryMs) =>
      every(
        everyMs,
        async () => {
          const found = read()
          if (found.cert === inUse.cert && found.key === inUse.key) return
          take(found)
          inUse = found
          log.info('a new certificate is in use')
        },
        log,
      ),
  }
}

function readPair(certFile: string, keyFile: string): { cert: string; key: string } {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    createSecureContext(pair)
    return pair
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : ''
    throw new SetupError(`证书或私钥不能使用：${reason}`, `the certificate or its key cannot be used: ${reason}`)
  }
}
