// Bytes cut into lines, in groups: so that a million lines pass without one promise for each.

import { CardFileError } from './format.ts'

/** Longest line of a card file. */
const maxLineBytes = 300

/** Yields groups of lines without their ends; a line too long, a last one without its end, or what is no UTF-8 is an error. */
export async function* lineGroups(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let line = 1
  for await (const chunk of bytes) {
    const lines = (rest + decoded(decoder, line, chunk)).split('\n')
    rest = lines.pop() ?? ''
    const tooLong = [...lines, rest].findIndex(text => text.length > maxLineBytes)
    if (tooLong >= 0) throw new CardFileError(line + tooLong, 'the line is too long')
    if (lines.length > 0) yield lines.map(text => (text.endsWith('\r') ? text.slice(0, -1) : text))
    line += lines.length
  }
  if (rest + decoded(decoder, line) !== '') throw new CardFileError(line, 'the last line has no end')
}

/** The text of a chunk, or of what is left at the end; `line` is the one it begins in. */
function decoded(decoder: TextDecoder, line: number, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch (error) {
    if (error instanceof TypeError) throw new CardFileError(line, 'from here on it is not UTF-8')
    throw error
  }
}
