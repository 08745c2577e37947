// Bytes cut into lines, in groups: so that a million lines pass without one promise for each.

/** Longest line of a card file. */
const maxLineBytes = 300

/** Yields groups of lines without their ends; a line too long or a last one without its end is an error. */
export async function* lineGroups(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest = ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineBytes || lines.some(line => line.length > maxLineBytes))
      throw new Error('a line is too long')
    if (lines.length > 0) yield lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
  }
  if (rest + decoder.decode() !== '') throw new Error('the last line has no end')
}
