// Strict reading of JSON bodies: valid UTF-8, and no number that is not plainly an integer passes for one.

/** Strings are matched first, so that digits inside them are left alone. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/

/**
 * The parsed value, or undefined when the bytes are no JSON. A number written with a fraction, an exponent, a minus
 * zero or more digits than a double holds becomes a string: a schema then refuses it where a number is expected, and
 * an unknown member still does no harm.
 */
export function parseJson(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    const marked = text.replace(tokens, token => (token[0] === '"' || plainInteger.test(token) ? token : `"#${token}"`))
    return { value: marked === text ? value : JSON.parse(marked) }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
