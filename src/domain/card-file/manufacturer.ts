// The manufacturer's side of the loop: reads a new-card file and writes the produced-card file, streaming.

import { defaultNumberDigits, readSerial } from '../serial.ts'
import { type OwnKey, type PeerKey, sealStream } from './envelope.ts'
import { CardFileError, endText, headText } from './format.ts'
import { producedLine } from './produced-line.ts'
import { readSealedCards } from './sealed-cards.ts'

export interface ProduceSettings {
  /** Opens the new-card file anew each time: it is read twice. */
  sealed: () => AsyncIterable<Uint8Array>
  /** The manufacturer's key: opens the new-card file and signs the produced-card file. */
  own: OwnKey
  /** The county's key: whose signature the new-card file must bear, and who may read what comes back. */
  county: PeerKey
  /** Printed serials that were spoilt, and are reported faulty. */
  faulty?: ReadonlyMap<string, string>
  /** Printed serials that were not made (yet). */
  leaveOut?: ReadonlySet<string>
  /** Only serials of this stretch are delivered, both ends included: a part of the batch. */
  only?: { firstSerial: string; lastSerial: string }
  /** Told at the end how many cards the file lists. */
  counted?: (count: number) => void
}

/** The produced-card file; proves the county's signature before the first line of it. */
export async function* produceCards(settings: ProduceSettings): AsyncGenerator<Uint8Array> {
  yield* sealStream(producedText(settings), { to: settings.county, by: settings.own })
}

async function* producedText(settings: ProduceSettings): AsyncGenerator<Buffer> {
  const { sealed, own, county } = settings
  const file = await readSealedCards('new-cards', sealed, { as: own, by: county })
  yield Buffer.from(headText('produced-cards', file.head))
  const { faulty = new Map<string, string>(), leaveOut = new Set<string>(), only } = settings
  const [first, last] = only ? [numberOf(only.firstSerial), numberOf(only.lastSerial)] : [0, Number.MAX_SAFE_INTEGER]
  let count = 0
  for await (const { firstLine, lines } of file.groups) {
    let text = ''
    for (const [place, line] of lines.entries()) {
      const { serial, pin, stored } = parseNewCard(line, firstLine + place)
      if (leaveOut.has(serial) || stored < first || stored > last) continue
      text += producedLine(serial, pin, file.head.faceValueFen, faulty.get(serial) ?? null)
      count += 1
    }
    yield Buffer.from(text)
  }
  yield Buffer.from(endText(count))
  settings.counted?.(count)
}

function parseNewCard(text: string, line: number) {
  const [, serial = '', pin = ''] = /^(\d{10,16}),(\d{4,20})$/.exec(text) ?? []
  const read = readSerial(serial)
  if (!read || read.numberDigits !== defaultNumberDigits) throw new CardFileError(line, 'not serial,pin')
  return { serial, pin, stored: read.stored }
}

function numberOf(serial: string): number {
  return readSerial(serial)?.stored ?? 0
}
