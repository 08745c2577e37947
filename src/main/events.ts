// Hears the database's notices of changed calls and recharges, on every node, and tells the browsers of that county.

import pg from 'pg'
import type { CallEvents } from '../http/events.ts'
import type { Platform } from './platform.ts'

type Listener = Parameters<CallEvents['listen']>[1]

const reconnectMs = 1_000
const channels = ['dianka_call', 'dianka_recharge']

export async function listenForEvents(platform: Platform): Promise<CallEvents & { stop(): Promise<void> }> {
  const listeners = new Map<number, Set<Listener>>()
  let stopping = false
  let client: pg.Client | null = null

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: platform.url, application_name: 'dianka events' })
    fresh.on('error', error => platform.log.warn({ err: error }, 'the connection for events broke'))
    fresh.on('end', () => {
      if (!stopping) setTimeout(() => void connect().catch(() => undefined), reconnectMs)
    })
    fresh.on('notification', ({ channel, payload }) => {
      const [county = '', id = ''] = (payload ?? '').split(' ')
      for (const listener of listeners.get(Number(county)) ?? [])
        listener({ topic: channel.replace('dianka_', ''), id })
    })
    await fresh.connect()
    for (const channel of channels) await fresh.query(`listen ${channel}`)
    client = fresh
  }

  await connect()
  return {
    listen(countyId, listener) {
      const set = listeners.get(countyId) ?? new Set()
      set.add(listener)
      listeners.set(countyId, set)
      return () => set.delete(listener)
    },
    async stop() {
      stopping = true
      await client?.end()
    },
  }
}
