// What the pages read from the server, each under the name by which news of a change finds it.

import {
  keepPreviousData,
  QueryCache,
  QueryClient,
  type QueryKey,
  queryOptions,
  useQueryClient,
} from '@tanstack/react-query'
import { api, demonstration, ServerRefusal, Unreachable } from './api.ts'

type Answer<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>
export type Me = Answer<typeof api.auth.me>
export type Home = Answer<typeof api.home.get>
export type Recharges = Answer<typeof api.recharge.list>
export type Recharge = Recharges['recharges'][number]
export type Call = Answer<typeof api.call.list>['calls'][number]
export type Transcript = Answer<typeof api.call.transcript>
export type RechargeState = Recharge['state']

export const rechargeStates = ['initial', 'succeeded', 'failed', 'doubtful'] as const satisfies RechargeState[]

/** Without events the figures are asked for again this often. */
export const pollMs = 30_000
const maxTries = 2
const rechargesPage = 50
const recentCalls = 8
const maxLiveCalls = 100

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetEndedSession }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // An answer stays the same answer however often it is asked for; only silence is worth another try.
      retry: (failures, error) => error instanceof Unreachable && failures < maxTries,
    },
    mutations: { networkMode: 'always' },
  },
})

export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api.auth.me({})
    } catch (error) {
      if (error instanceof ServerRefusal && error.code === 'notSignedIn') return null
      throw error
    }
  },
})

export const demonstrationQuery = queryOptions({ queryKey: ['demonstration'], queryFn: demonstration })

export const homeQuery = queryOptions({ queryKey: ['home'], queryFn: () => api.home.get({}) })

/** All calls in progress and the last that ended, as one answer: a call that ends is never missing from both. */
export const callsQuery = queryOptions({
  queryKey: ['call'],
  queryFn: async () => {
    const answers = await Promise.all([
      api.call.list({ liveOnly: true, pageSize: maxLiveCalls }),
      api.call.list({ pageSize: recentCalls * 2 }),
    ])
    const calls = new Map<string, Call>()
    for (const call of answers.flatMap(answer => answer.calls)) {
      if (call.endedAt !== null || !calls.has(call.callId)) calls.set(call.callId, call)
    }
    const newestFirst = [...calls.values()].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
    return {
      live: newestFirst.filter(({ endedAt }) => endedAt === null),
      recent: newestFirst.filter(({ endedAt }) => endedAt !== null).slice(0, recentCalls),
    }
  },
})

export function rechargesQuery(state: RechargeState | undefined, before: number | undefined) {
  return queryOptions({
    queryKey: ['recharge', { state, before }],
    placeholderData: keepPreviousData,
    queryFn: () =>
      api.recharge.list({
        pageSize: rechargesPage,
        ...(state === undefined ? {} : { state }),
        ...(before === undefined ? {} : { before }),
      }),
  })
}

const nothingYet: Transcript = { steps: [], ended: false }

/** Only what is new is asked for: every reading is logged. A result may still be added after the end. */
export function transcriptQuery(callId: string) {
  return queryOptions({
    queryKey: ['transcript', callId],
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    queryFn: async ({ client, queryKey }): Promise<Transcript> => {
      const known = client.getQueryData<Transcript>(queryKey) ?? nothingYet
      const news = await api.call.transcript({ callId, after: known.steps.at(-1)?.stepNo ?? 0 })
      return { steps: [...known.steps, ...news.steps], ended: news.ended }
    },
  })
}

/** Signs out here too when a session is over by itself. */
function forgetEndedSession(error: Error): void {
  if (!(error instanceof ServerRefusal) || error.code !== 'notSignedIn') return
  queryClient.setQueryData(endedKey, true)
  queryClient.setQueryData(meQuery.queryKey, null)
}

const endedKey = ['ended']

/** Whether the session ended without being asked to; tells once. */
export function takeEnded(): boolean {
  const ended = queryClient.getQueryData<boolean>(endedKey) === true
  queryClient.removeQueries({ queryKey: endedKey })
  return ended
}

/** Asks again for everything whose name begins so. */
export function useRefresh(): (key: QueryKey) => void {
  const client = useQueryClient()
  return queryKey => void client.invalidateQueries({ queryKey })
}
