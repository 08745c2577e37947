// What an operation is: one file that says who may ask, what is asked, what comes back, and how it is done.

import type { z } from 'zod'
import type { Tx } from './db.ts'
import type { Log } from './log.ts'
import type { Refusal } from './refusal.ts'

/** Who acts. People come from a session, the product's own parts (hotline, worker) from the composition root. */
export interface Actor {
  role: string
  countyId: number
  operatorId: number | null
  /** The place the operator belongs to. */
  holderId: number | null
  staffNo: string | null
  name: string
  /** The session of a person, for signing out; null for the product's own parts. */
  sessionHash: Buffer | null
  /** What the person must do before anything else: choose a password, or set up one-time codes. */
  owes?: 'password' | 'totp'
}

/** Where a request came from; empty where the door does not know. */
export interface Origin {
  address: string
  userAgent: string
}

export interface Context<S> {
  actor: Actor
  countyId: number
  /** What the composition root hands to operations: keys, connectors, settings. */
  services: S
  requestId: string
  from: Origin
  /** Every operation with its kind and the roles that hold it by default. */
  permissions: ReadonlyMap<string, { kind: string; roles: readonly string[] }>
  now: Date
  log: Log
}

export interface TxContext<S> extends Context<S> {
  tx: Tx
}

interface Description<I extends z.ZodType, O extends z.ZodType> {
  /** Roles that hold this permission by default. */
  roles: readonly string[]
  input: I
  output: O
  /** What of the answer the audit row keeps beside the input: how many rows went out, not which. */
  recorded?(output: z.output<O>): Readonly<Record<string, string | number | null>>
}

/** One read-write transaction and no other input or output. */
export interface Command<S, I extends z.ZodType, O extends z.ZodType> extends Description<I, O> {
  kind: 'command'
  run(context: TxContext<S>, input: z.output<I>): Promise<z.input<O>>
  /** Says of an answer that nothing was found to do: a look around by the product itself leaves no audit row then. */
  foundNothing?(output: z.output<O>): boolean
  /** The answer holds a secret (a session, a key, a file of PINs): it is never kept for a repeat, which counts as a call of its own. */
  answersSecret?: true
  /** Changes nothing but a job of its own (an export): whoever may only read may ask for it. */
  isRead?: true
  /** The same for many at once, in one transaction; a refusal is returned in its item's place, with nothing changed for it. */
  runMany?(
    context: { tx: Tx; services: S; now: Date },
    items: readonly { context: Context<S>; input: z.output<I> }[],
  ): Promise<(z.input<O> | Refusal)[]>
}

/** One read-only transaction. `sensitive` reads are audited too. */
export interface Query<S, I extends z.ZodType, O extends z.ZodType> extends Description<I, O> {
  kind: 'query'
  sensitive?: boolean
  run(context: TxContext<S>, input: z.output<I>): Promise<z.input<O>>
}

/** Asks the billing system, outside any transaction. */
export interface Remote<S, I extends z.ZodType, O extends z.ZodType> extends Description<I, O> {
  kind: 'remote'
  run(context: Context<S>, input: z.output<I>): Promise<z.input<O>>
}

export type Operation<S, I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> =
  | Command<S, I, O>
  | Query<S, I, O>
  | Remote<S, I, O>

/** The three ways to write an operation, bound to one set of services. */
export function operationsFor<S>() {
  return {
    command: <I extends z.ZodType, O extends z.ZodType>(
      operation: Omit<Command<S, I, O>, 'kind'>,
    ): Command<S, I, O> => ({
      kind: 'command',
      ...operation,
    }),
    query: <I extends z.ZodType, O extends z.ZodType>(operation: Omit<Query<S, I, O>, 'kind'>): Query<S, I, O> => ({
      kind: 'query',
      ...operation,
    }),
    remote: <I extends z.ZodType, O extends z.ZodType>(operation: Omit<Remote<S, I, O>, 'kind'>): Remote<S, I, O> => ({
      kind: 'remote',
      ...operation,
    }),
  }
}

/** Modules of operations; name = `module.verb`. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds operations of every input and output; each is checked where it is written
export type Registry<S> = Readonly<Record<string, Readonly<Record<string, Operation<S, any, any>>>>>

/** All operations by their full name. */
export function byName<S>(registry: Registry<S>): ReadonlyMap<string, Operation<S>> {
  return new Map(
    Object.entries(registry).flatMap(([module, operations]) =>
      Object.entries(operations).map(([verb, operation]) => [`${module}.${verb}`, operation] as const),
    ),
  )
}
