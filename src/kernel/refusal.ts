// An expected failure: a code with details, worded by the locales; anything else that is thrown is a bug.

export type RefusalDetails = Readonly<Record<string, string | number | readonly (string | number)[]>>

/** Thrown to refuse: rolls the transaction back and is audited. */
export class Refusal extends Error {
  readonly code: string
  readonly details: RefusalDetails
  constructor(code: string, details: RefusalDetails = {}) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.details = details
  }
}

/** Refuses with a code of the table the locales word. */
export function refuse(code: string, details: RefusalDetails = {}): never {
  throw new Refusal(code, details)
}

/** What a bug looks like from outside: nothing of its insides, only where to look it up. */
export class UnexpectedFailure extends Error {
  readonly requestId: string
  constructor(requestId: string, cause: unknown) {
    super(`unexpected failure in request ${requestId}`, { cause })
    this.name = 'UnexpectedFailure'
    this.requestId = requestId
  }
}
