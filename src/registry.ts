// Every module and its operations, one line each: routes, permissions, audit names and the typed client come from here.

import type { Services } from './domain/services.ts'
import { byName, type Registry } from './kernel/operation.ts'
import { search as auditSearch } from './modules/audit/search.ts'
import { firstAdministrator as authFirstAdministrator } from './modules/auth/first-administrator.ts'
import { login as authLogin } from './modules/auth/login.ts'
import { logout as authLogout } from './modules/auth/logout.ts'
import { me as authMe } from './modules/auth/me.ts'
import { billsDue as billingBillsDue } from './modules/billing/bills-due.ts'
import { findAccount as billingFindAccount } from './modules/billing/find-account.ts'
import { paymentHistory as billingPaymentHistory } from './modules/billing/payment-history.ts'
import { begin as callBegin } from './modules/call/begin.ts'
import { end as callEnd } from './modules/call/end.ts'
import { list as callList } from './modules/call/list.ts'
import { step as callStep } from './modules/call/step.ts'
import { transcript as callTranscript } from './modules/call/transcript.ts'
import { check as cardCheck } from './modules/card/check.ts'
import { get as cardGet } from './modules/card/get.ts'
import { history as cardHistory } from './modules/card/history.ts'
import { get as homeGet } from './modules/home/get.ts'
import { cancel as jobCancel } from './modules/job/cancel.ts'
import { get as jobGet } from './modules/job/get.ts'
import { create as operatorsCreate } from './modules/operators/create.ts'
import { list as operatorsList } from './modules/operators/list.ts'
import { createCounty as organizationCreateCounty } from './modules/organization/create-county.ts'
import { createPlace as organizationCreatePlace } from './modules/organization/create-place.ts'
import { list as organizationList } from './modules/organization/list.ts'
import { begin as postingBegin } from './modules/posting/begin.ts'
import { release as postingRelease } from './modules/posting/release.ts'
import { settle as postingSettle } from './modules/posting/settle.ts'
import { take as postingTake } from './modules/posting/take.ts'
import { accept as rechargeAccept } from './modules/recharge/accept.ts'
import { list as rechargeList } from './modules/recharge/list.ts'
import { post as rechargePost } from './modules/recharge/post.ts'
import { summary as stockSummary } from './modules/stock/summary.ts'

export const registry = {
  auth: { firstAdministrator: authFirstAdministrator, login: authLogin, logout: authLogout, me: authMe },
  organization: {
    createCounty: organizationCreateCounty,
    createPlace: organizationCreatePlace,
    list: organizationList,
  },
  operators: { create: operatorsCreate, list: operatorsList },
  stock: { summary: stockSummary },
  card: { check: cardCheck, get: cardGet, history: cardHistory },
  recharge: { accept: rechargeAccept, list: rechargeList, post: rechargePost },
  posting: { begin: postingBegin, release: postingRelease, settle: postingSettle, take: postingTake },
  billing: { billsDue: billingBillsDue, findAccount: billingFindAccount, paymentHistory: billingPaymentHistory },
  call: { begin: callBegin, end: callEnd, list: callList, step: callStep, transcript: callTranscript },
  home: { get: homeGet },
  audit: { search: auditSearch },
  job: { cancel: jobCancel, get: jobGet },
} as const satisfies Registry<Services>

export type AppRegistry = typeof registry
export type OperationName = {
  [M in keyof AppRegistry]: `${M & string}.${keyof AppRegistry[M] & string}`
}[keyof AppRegistry]

export const operations = byName<Services>(registry)
