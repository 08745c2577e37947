// Structured logs, one JSON object a line; what a PIN or password could hide in is never logged.

import pino from 'pino'

export type Log = pino.Logger

/** Logs to the given stream (standard error by default), each line with the node's name. */
export function createLog(settings: { level: string; node: string }, stream?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level: settings.level,
    base: { node: settings.node },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['pin', 'password', 'token', '*.pin', '*.password', '*.token', 'req.headers'], censor: '●●●' },
  }
  return pino(options, stream ?? pino.destination({ dest: 2, sync: true }))
}

/** Says nothing: for tests and one-shot commands. */
export const silentLog: Log = pino({ level: 'silent' })
