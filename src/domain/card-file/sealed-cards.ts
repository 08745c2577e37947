// Reading a sealed card file: its signature is proven over the whole file before a word of it is believed.

import { type OpenKeys, openStream } from './envelope.ts'
import { type FileKind, type FileReader, readCardFile } from './format.ts'
import { lineGroups } from './lines.ts'

/**
 * Opens the file twice: once to prove the signature over all of it, once to read. So nothing unproven is used, nothing
 * in clear is stored, and the memory needed does not grow with the file. Fails with SealError or CardFileError.
 */
export async function readSealedCards(
  kind: FileKind,
  open: () => AsyncIterable<Uint8Array>,
  keys: OpenKeys,
): Promise<FileReader> {
  for await (const _proven of openStream(open(), keys)) {
    // Only the end matters: it is reached without error when the signature is right.
  }
  return readCardFile(kind, lineGroups(openStream(open(), keys)))
}
