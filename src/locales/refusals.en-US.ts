// What a refusal says, in English.

import type { RefusalCode } from './index.ts'

export const refusals: Record<RefusalCode, string> = {
  unknownOperation: 'There is no operation “{name}”.',
  notSignedIn: 'Please sign in first.',
  notAllowed: 'You have no permission for “{operation}”; ask the security administrator.',
  badInput: 'Please correct: {problems}',
  keyReused: 'One idempotency key cannot serve two different inputs.',
  tooBusy: 'The system is busy; please try again shortly.',
  fileTooBig: 'The file is larger than {maxBytes} bytes.',
  badSerial: 'Serial {serial} is not right; check the check digit.',
  foreignSerial: 'Serial {serial} does not belong to this county.',
  rangesNotMovable: 'The ranges have faults and nothing was changed: {faults}',
  notInTransit: 'These cards are not in transit under this document.',
  documentNotFound: 'There is no such document.',
  documentMoved: 'Document {documentNo} has changed; look at it before you act.',
  documentState: 'The document is “{state}”, which does not allow “{action}”.',
  notAuthor: 'Only the author may do this.',
  C01: 'You cannot approve a document you submitted.',
  C02: 'You approved this document; somebody else must carry it out.',
  peopleOnly: 'Only a person can do this.',
  noPlace: 'Your sign-in belongs to no place.',
}
