// From where and how the door may be reached: plain HTTP on this machine alone, and no other site in a person's name.

import type { FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'

export interface Reach {
  /** Certificate and key, PEM; null: plain HTTP. */
  tls: { cert: string; key: string } | null
  /** Addresses whose word on the caller and on HTTPS is taken. */
  trustedProxies: readonly string[]
  /** Plain HTTP from elsewhere is served, not refused. */
  plainHttp: boolean
}

/** What tells whether the process lives may be asked by anything, since it says nothing else. */
const forAnyone = ['/healthz', '/readyz']

/** Refuses plain HTTP from another machine: passwords and sessions would be readable on the way. */
export function refusePlain({ plainHttp }: Reach, request: FastifyRequest): void {
  if (plainHttp || request.protocol === 'https' || isLoopback(request.ip)) return
  if (forAnyone.includes(pathOf(request))) return
  throw new Refusal('plainHttpRefused')
}

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1'
}

/** A page of another site may send a request with the browser's cookie, but not hide where it comes from. */
export function refuseForeign(request: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const isForeign = site === undefined ? origin !== undefined && hostOf(origin) !== request.host : !own.includes(site)
  if (isForeign) throw new Refusal('foreignOrigin')
}

/** `none`: the person typed or chose it, no page did. */
const own: readonly unknown[] = ['same-origin', 'none']

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/'
}

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
}
const aYear = 31_536_000

/** A browser that came by HTTPS once comes by nothing else. */
export function safetyHeaders(request: FastifyRequest): Record<string, string> {
  return request.protocol === 'https' ? { ...always, 'strict-transport-security': `max-age=${aYear}` } : always
}
