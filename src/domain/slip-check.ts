// The check on a slip's paper: eight characters under a key that is not in the database, carried by its QR.

import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a print says of itself. A later print of the same document has a later number. */
export interface Printed {
  documentNo: string
  slip: string
  printNo: number
  version: number
  quantity: number
  amountFen: number
}

/** Crockford's alphabet: no I, L, O or U, which are misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 8

export function checkOf(key: Buffer, printed: Printed): string {
  const { documentNo, slip, printNo, version, quantity, amountFen } = printed
  const mac = createHmac('sha256', key)
    .update(['slip', documentNo, slip, printNo, version, quantity, amountFen].join('|'))
    .digest()
  let bits = mac.readUIntBE(0, 5)
  let check = ''
  for (let place = 0; place < length; place += 1) {
    check = `${alphabet[bits % 32]}${check}`
    bits = Math.floor(bits / 32)
  }
  return check
}

export function isCheckOf(key: Buffer, printed: Printed, check: string): boolean {
  return timingSafeEqual(Buffer.from(checkOf(key, printed)), Buffer.from(check.padEnd(length).slice(0, length)))
}

/** What the QR says: the county's address where it has one, then number, slip, print and check. */
export function qrText(address: string, printed: Printed, check: string): string {
  const paper = `${printed.documentNo}.${printed.slip}.${printed.printNo}.${check}`
  return address === '' ? paper : `${address}#${paper}`
}

/** Reads what a QR said; null where it is no slip's. Letters that look like figures are read as them. */
export function readQr(text: string): { documentNo: string; slip: string; printNo: number; check: string } | null {
  const found = /(?:^|#)([A-Z]{2}\d{18,20})\.([A-Za-z]{2,20})\.(\d{1,6})\.([0-9A-Za-z]{8})$/.exec(text.trim())
  if (!found) return null
  const [, documentNo = '', slip = '', printNo = '', check = ''] = found
  const plain = check.toUpperCase().replace(/[IL]/g, '1').replaceAll('O', '0')
  return { documentNo, slip, printNo: Number(printNo), check: plain }
}
