// What is written of counties, places and regions, as it is checked wherever it comes in.

import { z } from 'zod'
import type { Actor } from '../kernel/operation.ts'
import { refuse } from '../kernel/refusal.ts'

/** No control character and no line end: names stand in slips, lists and spoken sentences. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u

export const placeName = z.string().trim().min(1).max(60).regex(oneLine)
export const placeNameEn = z.string().trim().max(60).regex(oneLine)
export const placeCode = z.string().regex(/^[\p{L}\p{N}._-]{1,20}$/u)
export const placePhone = z.string().regex(/^\d{5,15}$/)
export const countyNumber = z.int().min(1).max(999)
export const hotlineNumber = z.string().regex(/^\d{3,15}$/)

/** The address of a billing system, without a name or password in it. */
export const misUrl = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^\s/@?#]+(\/[^\s@]*)?$/)

/** Only whoever administers the whole installation. */
export function requireInstallation(actor: Actor): void {
  if (actor.countyId !== 0) refuse('installationOnly')
}

/** The county that an administrator means: their own, or the one named by an administrator of the installation. */
export function countyMeant(actor: Actor, named: number | undefined): number {
  if (actor.countyId !== 0) return actor.countyId
  return named ?? refuse('countyNeeded')
}
