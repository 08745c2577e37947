// Signing in as tests do it: by name and password through the operation, and the actor a session stands for.

import type { Actor } from '../../src/kernel/operation.ts'
import { actorOfToken, anonymous, hashPassword } from '../../src/kernel/session.ts'
import type { World } from './world.ts'

export const rightPassword = 'right Password 7'

/** Every sign-in of a world has this password. */
export const rightPasswordHash = () => hashPassword(rightPassword)

export function login(world: World, name: string, password: string, code?: string) {
  const input = { name, password, ...(code === undefined ? {} : { code }) }
  return world.as(anonymous).auth.login(input)
}

/** The actor of a new session; the sign-in must succeed. */
export async function signIn(world: World, name: string, password = rightPassword, code?: string) {
  const { outcome, session } = await login(world, name, password, code)
  if (!session) throw new Error(`not signed in: ${outcome}`)
  const { token } = session
  return { token, actor: await actorOf(world, token) }
}

export async function actorOf(world: World, token: string): Promise<Actor> {
  const actor = await actorOfToken(world.db, token)
  if (!actor) throw new Error('the session is over')
  return actor
}

export const isOver = async (world: World, token: string) => (await actorOfToken(world.db, token)) === null

/** What an operation is refused with; `done` when it is not. */
export function refusalOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : Promise.reject(error)),
  )
}
