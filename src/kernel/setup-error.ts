// What keeps the product from starting, said to whoever starts it: one sentence, no stack.

/** The message is bilingual, Chinese first, English after ` / `; `main` prints it alone and exits with 1. */
export class SetupError extends Error {
  constructor(chinese: string, english: string, options?: ErrorOptions) {
    super(`${chinese} / ${english}`, options)
    this.name = 'SetupError'
  }

  /** Several at once, a line each. */
  static all(errors: readonly SetupError[]): SetupError {
    const joined = new SetupError('', '')
    joined.message = errors.map(error => error.message).join('\n')
    return joined
  }
}
