// `manufacturer keygen` and `manufacturer produce`: the words of the command line, handed to whoever does the work.

import { SetupError } from '../kernel/setup-error.ts'
import { parseWords } from './commands.ts'

export type WriteKeyPair = (
  folder: string,
  name: string,
  scheme: 'openpgp' | 'sm2',
) => Promise<{ privateFile: string; publicFile: string; fingerprint: string }>

export type ProduceFile = (files: {
  inFile: string
  outFile: string
  keyFile: string
  countyFile: string
  faulty: ReadonlyMap<string, string>
  leaveOut: ReadonlySet<string>
  only?: { firstSerial: string; lastSerial: string }
}) => Promise<number>

export async function keygenCommand(args: string[], writeKeyPair: WriteKeyPair): Promise<number> {
  const { values } = parseWords(args, {
    out: { type: 'string' },
    name: { type: 'string', default: 'card manufacturer' },
    sm: { type: 'boolean', default: false },
  })
  const folder = needed('out', values.out)
  const scheme = values.sm ? 'sm2' : 'openpgp'
  const { privateFile, publicFile, fingerprint } = await writeKeyPair(folder, String(values.name), scheme)
  process.stdout.write(
    `私钥（自己保管） / private key, keep it: ${privateFile}\n` +
      `公钥（交县公司登记） / public key, for the county to register: ${publicFile}\n` +
      `指纹 / fingerprint: ${fingerprint}\n`,
  )
  return 0
}

export async function produceCommand(args: string[], produceFile: ProduceFile): Promise<number> {
  const { values } = parseWords(args, {
    in: { type: 'string' },
    out: { type: 'string' },
    key: { type: 'string' },
    county: { type: 'string' },
    faulty: { type: 'string', multiple: true },
    'leave-out': { type: 'string', multiple: true },
    only: { type: 'string' },
  })
  const outFile = needed('out', values.out)
  const count = await produceFile({
    inFile: needed('in', values.in),
    outFile,
    keyFile: needed('key', values.key),
    countyFile: needed('county', values.county),
    faulty: new Map(listOf(values.faulty).map(faultOf)),
    leaveOut: new Set(listOf(values['leave-out']).map(serialOf)),
    ...(values.only === undefined ? {} : { only: stretchOf(String(values.only)) }),
  })
  process.stdout.write(`${outFile}：${count} 张 / ${count} cards\n`)
  return 0
}

function needed(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new SetupError(`缺少 --${name}`, `--${name} is missing`)
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** `001300000120` or `001300000120:scratched`. */
function faultOf(word: string): [serial: string, reason: string] {
  const [serial = '', ...reason] = word.split(':')
  return [serialOf(serial), reason.join(':').slice(0, 60) || 'faulty']
}

function serialOf(word: string): string {
  if (/^\d{10,16}$/.test(word)) return word
  throw new SetupError(`“${word}”不是卡号`, `“${word}” is not a serial`)
}

function stretchOf(word: string) {
  const [firstSerial = '', lastSerial = ''] = word.split('-')
  return { firstSerial: serialOf(firstSerial), lastSerial: serialOf(lastSerial) }
}
