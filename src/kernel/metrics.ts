// What /metrics shows: counts and durations of operations, and whatever parts add to the registry.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  registry: Registry
  operations: Counter<'operation' | 'outcome'>
  operationSeconds: Histogram<'operation'>
  /** Shows the number of calls in progress, asked when metrics are read. */
  watchCalls(count: () => number): void
}

/** A registry of its own, so that several nodes can live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'dianka_' })
  return {
    registry,
    operations: new Counter({
      name: 'dianka_operations_total',
      help: 'Operations run, by outcome',
      labelNames: ['operation', 'outcome'],
      registers: [registry],
    }),
    operationSeconds: new Histogram({
      name: 'dianka_operation_seconds',
      help: 'How long operations took',
      labelNames: ['operation'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers: [registry],
    }),
    watchCalls(count) {
      new Gauge({
        name: 'dianka_active_calls',
        help: 'Calls in progress',
        registers: [registry],
        collect() {
          this.set(count())
        },
      })
    },
  }
}
