// The one failure of opening a sealed file: why is not told, so that nothing is learnt by trying.

/** A file that cannot be opened, or whose signature is not the one expected. */
export class SealError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'SealError'
  }
}

/** Most bytes a card file may hold in clear: a million lines with room to spare. */
export const maxClearBytes = 256 * 1024 * 1024
