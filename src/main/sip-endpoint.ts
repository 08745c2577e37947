// The embedded SIP endpoint by the settings of this run: its ports, its certificate, and what callers meet when all lines are taken.

import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { createSipEngine, type SipEngine } from '../hotline/engines/sip/engine.ts'
import { defaultClipFolder } from '../hotline/voice/clip-library.ts'
import { speak } from '../hotline/voice/speak.ts'
import { joinSpoken } from '../hotline/voice/spoken.ts'
import { languages } from '../hotline/voice/voices.ts'
import type { Log } from '../kernel/log.ts'
import { SetupError } from '../kernel/setup-error.ts'
import { openCertificate } from './certificate.ts'

export function openSipEndpoint(config: Config, log: Log): { engine: SipEngine; stop(): Promise<void> } {
  const certificate = openCertificate({ tlsCert: config.sipTlsCert, tlsKey: config.sipTlsKey }, 'DIANKA_SIP_TLS')
  const ca = config.sipTlsCa === null ? undefined : readAuthorities(config.sipTlsCa)
  const { clips } = joinSpoken(languages.map(language => speak(language, 'overload.apology', {})))
  const engine = createSipEngine({
    bind: config.bind,
    port: config.sipPort,
    tls: certificate === null ? null : { ...certificate.read(), ca, port: config.sipTlsPort },
    publicAddress: config.publicAddress,
    rtpPorts: config.rtpPorts,
    maxCalls: config.maxCalls,
    busy: { way: config.busy, retryAfterS: config.busyRetryS, clips },
    callsPerSource: config.sipPerSource,
    rtpTimeoutMs: config.rtpTimeoutMs,
    clipFolders: [defaultClipFolder],
    log,
  })
  const reloads = certificate?.watch(pair => engine.renew({ ...pair, ca }), log)
  return {
    engine,
    async stop() {
      await reloads?.stop()
    },
  }
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new SetupError(`DIANKA_SIP_TLS_CA 不能读取：${reason}`, `DIANKA_SIP_TLS_CA cannot be read: ${reason}`, {
      cause: error,
    })
  }
}
