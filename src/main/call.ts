// `call`: the terminal phone; prints the transcript while it happens, PIN digits as dots.

import { parseWords } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { type PhoneEvent, placeCall } from '../hotline/phone/place-call.ts'
import { SetupError } from '../kernel/setup-error.ts'

const modes = ['rfc4733', 'info', 'inband'] as const
const transports = ['udp', 'tcp'] as const

export async function call(args: string[]): Promise<number> {
  const { values } = parseWords(args, {
    keys: { type: 'string', default: '' },
    to: { type: 'string' },
    from: { type: 'string', default: '13800001111' },
    mode: { type: 'string', default: 'rfc4733' },
    transport: { type: 'string', default: 'udp' },
    record: { type: 'string' },
    linger: { type: 'string', default: '30000' },
  })
  const config = readConfig()
  const keyMode = modes.find(mode => mode === values.mode)
  const transport = transports.find(candidate => candidate === values.transport)
  if (!keyMode || !transport)
    throw new SetupError('按键方式或传输不对', 'the mode or transport is not one of those offered')
  const report = await placeCall({
    target: values.to ?? `sip:95598@${config.publicAddress}:${config.sipPort}`,
    transport,
    from: values.from,
    keys: values.keys,
    keyMode,
    secretEntries: secretEntries(values.keys),
    lingerMs: Number(values.linger),
    lingerListens: 1,
    onEvent: print,
    ...(values.record === undefined ? {} : { recordWavTo: values.record }),
  })
  return report.answered ? 0 : 1
}

/** The entry after a card's serial is its PIN; several entries keyed ahead in one go may hold one. */
function secretEntries(keys: string): number[] {
  const entries = keys.split(',')
  const isSerial = (entry: string | undefined) => /^!?\d{10,16}#?$/.test(entry ?? '')
  const holdsSeveral = (entry: string) => /\d#.*\d/.test(entry)
  return entries.flatMap((entry, place) => (isSerial(entries[place - 1]) || holdsSeveral(entry) ? [place] : []))
}

function print(event: PhoneEvent): void {
  const line = lineOf(event)
  if (line) process.stdout.write(`${line}\n`)
}

let keyLine = ''

function lineOf(event: PhoneEvent): string | null {
  if (event.type === 'key') {
    keyLine += event.shown
    return null
  }
  const keys = keyLine === '' ? '' : `  ☎  ${keyLine}\n`
  keyLine = ''
  switch (event.type) {
    case 'ringing':
      return '… 振铃 / ringing'
    case 'answered':
      return `… 接通 / answered (${event.codec})`
    case 'caption':
      return event.caption.type === 'say' ? `${keys}  ☏  ${event.caption.text}` : keys.trimEnd() || null
    case 'ended':
      return `${keys}… 结束 / ended: ${event.cause}${event.status >= 300 ? ` (${event.status})` : ''}`
  }
}
