// Accounting dates: which one is current, and which are open, cut or final.

import { addDays, dateOf } from '../wire/time.ts'
import type { Behaviours } from './behaviours.ts'
import type { MisClock } from './clock.ts'
import type { Store } from './store.ts'

export type DayState = 'open' | 'cut' | 'final'

export interface Days {
  /** The accounting date of a posting taken now; undefined while no day is open (sign-in only). */
  open(): string | undefined
  /** What a heartbeat tells: the open date, or the one closed last. */
  shown(): { acctDate: string; dayState: DayState }
  stateOf(date: string): DayState
  /** Ends the open date and answers which it was. */
  cut(): Promise<string | undefined>
  finish(date: string): Promise<void>
  signIn(): Promise<string>
  /** Reads again what is in the database. */
  reload(): Promise<void>
}

export async function loadDays(store: Store, clock: MisClock, behaviours: () => Behaviours): Promise<Days> {
  const byHand = new Map<string, DayState>()
  const reload = async () => {
    const { rows } = await store.notes.query<{ acct_date: string; state: DayState }>('select acct_date, state from day')
    byHand.clear()
    for (const row of rows) byHand.set(row.acct_date, row.state)
  }
  await reload()

  const set = async (date: string, state: DayState) => {
    byHand.set(date, state)
    const upsert =
      'insert into day (acct_date, state) values ($1, $2) on conflict (acct_date) do update set state = excluded.state'
    await store.money.query(upsert, [date, state])
  }
  const latest = (states: readonly DayState[]) =>
    [...byHand].reduce((most, [date, state]) => (states.includes(state) && date > most ? date : most), '')
  /** The date of the clock, unless that date was already ended by hand. */
  const byClock = () => {
    const [today, ended] = [dateOf(clock.now()), latest(['cut', 'final'])]
    return ended >= today ? addDays(ended, 1) : today
  }
  const signedIn = () => {
    const [opened, ended] = [latest(['open']), latest(['cut', 'final'])]
    return opened > ended ? opened : undefined
  }
  const open = () => (behaviours().dayControl === 'clock' ? byClock() : signedIn())

  return {
    open,
    reload,
    shown() {
      const acctDate = open()
      if (acctDate) return { acctDate, dayState: 'open' }
      return { acctDate: latest(['cut', 'final']) || dateOf(clock.now()), dayState: 'cut' }
    },
    stateOf(date) {
      const state = byHand.get(date)
      if (state && state !== 'open') return state
      return date < (open() ?? byClock()) ? 'cut' : 'open'
    },
    async cut() {
      const date = open()
      if (date) await set(date, 'cut')
      return date
    },
    finish: date => set(date, 'final'),
    async signIn() {
      const [opened, next] = [signedIn(), byClock()]
      if (opened && opened >= next) return opened
      if (opened) await set(opened, 'cut')
      await set(next, 'open')
      return next
    },
  }
}
