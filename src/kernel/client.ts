// The typed client: the registry's type turned into functions, whatever carries the call.

import type { z } from 'zod'

/** What an operation looks like to whoever only calls it. */
interface Callable {
  input: z.ZodType
  output: z.ZodType
}

export interface CallSettings {
  /** Makes a repeat of the same command return its first result. */
  key?: string
}

export type Client<R extends Record<string, Record<string, Callable>>> = {
  [M in keyof R]: {
    [V in keyof R[M]]: (
      input: z.input<R[M][V]['input']>,
      settings?: CallSettings,
    ) => Promise<z.output<R[M][V]['output']>>
  }
}

export type Carry = (name: string, input: unknown, settings: CallSettings) => Promise<unknown>

/** `client.stationDraw.approve(input)` carries `stationDraw.approve`. */
export function createClient<R extends Record<string, Record<string, Callable>>>(carry: Carry): Client<R> {
  const moduleProxy = (module: string) =>
    new Proxy(
      {},
      {
        get:
          (_target, verb) =>
          (input: unknown, settings: CallSettings = {}) =>
            carry(`${module}.${String(verb)}`, input, settings),
      },
    )
  return new Proxy({}, { get: (_target, module) => moduleProxy(String(module)) }) as Client<R>
}
