// The failures of opening a sealed file.

/** A file that is not for this key, damaged or cut short. */
export class SealError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'SealError'
  }
}

/** A file that opens to its end, and whose signature is not the one expected. */
export class SignatureError extends SealError {
  constructor(options?: ErrorOptions) {
    super('not signed by the one expected', options)
    this.name = 'SignatureError'
  }
}

/** Most bytes a card file may hold in clear: a million lines with room to spare. */
export const maxClearBytes = 256 * 1024 * 1024
