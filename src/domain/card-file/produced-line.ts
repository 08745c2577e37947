// One line of a produced-card file: `serial,pin,faceValue,ok` or `…,faulty:reason`.

import { yuan } from '../money.ts'
import { defaultNumberDigits, readSerial } from '../serial.ts'
import { CardFileError, parseYuan } from './format.ts'

export interface ProducedCard {
  /** As stored, without its check digit; its county tells whose it is. */
  serial: number
  pin: string
  faceValueFen: number
  /** Null for a good card. */
  fault: string | null
}

export const maxFaultChars = 60

export function producedLine(printedSerial: string, pin: string, faceValueFen: number, fault: string | null): string {
  return `${printedSerial},${pin},${yuan(faceValueFen)},${fault === null ? 'ok' : `faulty:${fault}`}\n`
}

const shape = /^(\d{10,16}),(\d{4,20}),(\d{1,4}\.\d\d),(?:ok|faulty:(.{1,60}))$/

export function parseProducedLine(text: string, line: number): ProducedCard {
  const found = shape.exec(text)
  const serial = found ? readSerial(found[1] ?? '') : null
  if (!found) throw new CardFileError(line, 'not serial,pin,faceValue,result')
  if (!serial) throw new CardFileError(line, 'the check digit of the serial is wrong')
  if (serial.numberDigits !== defaultNumberDigits) throw new CardFileError(line, 'the serial has another length')
  return {
    serial: serial.stored,
    pin: found[2] ?? '',
    faceValueFen: parseYuan(found[3] ?? ''),
    fault: found[4]?.trim() ?? null,
  }
}
