// Every module and its operations, one line each: routes, permissions, audit names and the typed client come from here.

import { byName } from './kernel/operation.ts'
import type { Registry } from './kernel/operation.ts'
import type { Services } from './domain/services.ts'
import { summary } from './modules/stock/summary.ts'

export const registry = {
  stock: { summary },
} as const satisfies Registry<Services>

export type AppRegistry = typeof registry
export type OperationName = {
  [M in keyof AppRegistry]: `${M & string}.${keyof AppRegistry[M] & string}`
}[keyof AppRegistry]

export const operations = byName<Services>(registry)
