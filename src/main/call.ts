// `call`: the terminal phone; prints the transcript while it happens, PIN digits as dots.

import { readFileSync } from 'node:fs'
import { parseWords } from '../cli/commands.ts'
import { readConfig } from '../config.ts'
import { type PhoneEvent, placeCall } from '../hotline/phone/place-call.ts'
import { SetupError } from '../kernel/setup-error.ts'

const modes = ['rfc4733', 'info', 'inband'] as const
const transports = ['udp', 'tcp', 'tls'] as const

export async function call(args: string[]): Promise<number> {
  const { values } = parseWords(args, {
    keys: { type: 'string', default: '' },
    to: { type: 'string' },
    from: { type: 'string', default: '13800001111' },
    mode: { type: 'string', default: 'rfc4733' },
    transport: { type: 'string', default: 'udp' },
    ca: { type: 'string' },
    record: { type: 'string' },
    linger: { type: 'string', default: '30000' },
  })
  const config = readConfig()
  const keyMode = modes.find(mode => mode === values.mode)
  const transport = transports.find(candidate => candidate === values.transport)
  if (!keyMode || !transport)
    throw new SetupError('按键方式或传输不对', 'the mode or transport is not one of those offered')
  const host = config.publicAddress.includes(':') ? `[${config.publicAddress}]` : config.publicAddress
  const report = await placeCall({
    target: values.to ?? `sip:95598@${host}:${transport === 'tls' ? config.sipTlsPort : config.sipPort}`,
    transport,
    from: values.from,
    keys: values.keys,
    keyMode,
    secretEntries: secretEntries(values.keys),
    lingerMs: Number(values.linger),
    lingerListens: 1,
    onEvent: printer(values.keys),
    ...(values.ca === undefined ? {} : { tlsCa: readFileSync(values.ca, 'utf8') }),
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

/** Prints each thing as it happens; the keys of an entry appear together, when its last one was pressed. */
function printer(keys: string): (event: PhoneEvent) => void {
  const lengths = keys.split(',').map(entry => entry.replace(/^!/, '').length)
  let pressed = { entry: -1, shown: '' }
  return event => {
    if (event.type === 'key') {
      const shown = event.entry === pressed.entry ? pressed.shown + event.shown : event.shown
      pressed = { entry: event.entry, shown }
      if (shown.length >= (lengths[event.entry] ?? 0)) process.stdout.write(`  ☎  ${shown}\n`)
      return
    }
    const line = lineOf(event)
    if (line !== null) process.stdout.write(`${line}\n`)
  }
}

function lineOf(event: Exclude<PhoneEvent, { type: 'key' }>): string | null {
  switch (event.type) {
    case 'ringing':
      return '… 振铃 / ringing'
    case 'answered':
      return `… 接通 / answered (${event.codec})`
    case 'caption':
      return event.caption.type === 'say' ? `  ☏  ${event.caption.text}` : null
    case 'ended':
      return `… 结束 / ended: ${event.cause}${event.status >= 300 ? ` (${event.status})` : ''}`
  }
}
