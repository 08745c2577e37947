// Every module and its operations, one line each: routes, permissions, audit names and the typed client come from here.

import type { Services } from './domain/services.ts'
import { byName, type Registry } from './kernel/operation.ts'
import { list as accountRechargeList } from './modules/account-recharge/list.ts'
import { print as accountRechargePrint } from './modules/account-recharge/print.ts'
import { add as attachmentAdd } from './modules/attachment/add.ts'
import { get as attachmentGet } from './modules/attachment/get.ts'
import { list as attachmentList } from './modules/attachment/list.ts'
import { exported as auditExport } from './modules/audit/export.ts'
import { reads as auditReads } from './modules/audit/reads.ts'
import { search as auditSearch } from './modules/audit/search.ts'
import { verify as auditVerify } from './modules/audit/verify.ts'
import { firstAdministrator as authFirstAdministrator } from './modules/auth/first-administrator.ts'
import { login as authLogin } from './modules/auth/login.ts'
import { logout as authLogout } from './modules/auth/logout.ts'
import { me as authMe } from './modules/auth/me.ts'
import { password as authPassword } from './modules/auth/password.ts'
import { totp as authTotp } from './modules/auth/totp.ts'
import { billsDue as billingBillsDue } from './modules/billing/bills-due.ts'
import { findAccount as billingFindAccount } from './modules/billing/find-account.ts'
import { paymentHistory as billingPaymentHistory } from './modules/billing/payment-history.ts'
import { cancel as businessSettingCancel } from './modules/business-setting/cancel.ts'
import { confirm as businessSettingConfirm } from './modules/business-setting/confirm.ts'
import { get as businessSettingGet } from './modules/business-setting/get.ts'
import { list as businessSettingList } from './modules/business-setting/list.ts'
import { propose as businessSettingPropose } from './modules/business-setting/propose.ts'
import { reject as businessSettingReject } from './modules/business-setting/reject.ts'
import { begin as callBegin } from './modules/call/begin.ts'
import { end as callEnd } from './modules/call/end.ts'
import { endLeft as callEndLeft } from './modules/call/end-left.ts'
import { exported as callExport } from './modules/call/export.ts'
import { list as callList } from './modules/call/list.ts'
import { search as callSearch } from './modules/call/search.ts'
import { step as callStep } from './modules/call/step.ts'
import { transcript as callTranscript } from './modules/call/transcript.ts'
import { check as cardCheck } from './modules/card/check.ts'
import { exchange as cardExchange } from './modules/card/exchange.ts'
import { exported as cardExport } from './modules/card/export.ts'
import { extend as cardExtend } from './modules/card/extend.ts'
import { freeze as cardFreeze } from './modules/card/freeze.ts'
import { freezes as cardFreezes } from './modules/card/freezes.ts'
import { get as cardGet } from './modules/card/get.ts'
import { history as cardHistory } from './modules/card/history.ts'
import { search as cardSearch } from './modules/card/search.ts'
import { unfreeze as cardUnfreeze } from './modules/card/unfreeze.ts'
import { unlock as cardUnlock } from './modules/card/unlock.ts'
import { approve as cardMakingApprove } from './modules/card-making/approve.ts'
import { cancel as cardMakingCancel } from './modules/card-making/cancel.ts'
import { create as cardMakingCreate } from './modules/card-making/create.ts'
import { discard as cardMakingDiscard } from './modules/card-making/discard.ts'
import { download as cardMakingDownload } from './modules/card-making/download.ts'
import { downloadGrant as cardMakingDownloadGrant } from './modules/card-making/download-grant.ts'
import { generate as cardMakingGenerate } from './modules/card-making/generate.ts'
import { get as cardMakingGet } from './modules/card-making/get.ts'
import { list as cardMakingList } from './modules/card-making/list.ts'
import { markSent as cardMakingMarkSent } from './modules/card-making/mark-sent.ts'
import { plan as cardMakingPlan } from './modules/card-making/plan.ts'
import { reject as cardMakingReject } from './modules/card-making/reject.ts'
import { submit as cardMakingSubmit } from './modules/card-making/submit.ts'
import { terminate as cardMakingTerminate } from './modules/card-making/terminate.ts'
import { update as cardMakingUpdate } from './modules/card-making/update.ts'
import { withdraw as cardMakingWithdraw } from './modules/card-making/withdraw.ts'
import { acknowledge as cardServiceAcknowledge } from './modules/card-service/acknowledge.ts'
import { approve as cardServiceApprove } from './modules/card-service/approve.ts'
import { cancel as cardServiceCancel } from './modules/card-service/cancel.ts'
import { get as cardServiceGet } from './modules/card-service/get.ts'
import { list as cardServiceList } from './modules/card-service/list.ts'
import { reject as cardServiceReject } from './modules/card-service/reject.ts'
import { approve as cardVoidApprove } from './modules/card-void/approve.ts'
import { cancel as cardVoidCancel } from './modules/card-void/cancel.ts'
import { create as cardVoidCreate } from './modules/card-void/create.ts'
import { discard as cardVoidDiscard } from './modules/card-void/discard.ts'
import { execute as cardVoidExecute } from './modules/card-void/execute.ts'
import { get as cardVoidGet } from './modules/card-void/get.ts'
import { list as cardVoidList } from './modules/card-void/list.ts'
import { reject as cardVoidReject } from './modules/card-void/reject.ts'
import { sendBack as cardVoidSendBack } from './modules/card-void/send-back.ts'
import { submit as cardVoidSubmit } from './modules/card-void/submit.ts'
import { update as cardVoidUpdate } from './modules/card-void/update.ts'
import { withdraw as cardVoidWithdraw } from './modules/card-void/withdraw.ts'
import { destroy as custodyDestroy } from './modules/custody/destroy.ts'
import { destruction as custodyDestruction } from './modules/custody/destruction.ts'
import { history as custodyHistory } from './modules/custody/history.ts'
import { list as custodyList } from './modules/custody/list.ts'
import { move as custodyMove } from './modules/custody/move.ts'
import { register as custodyRegister } from './modules/custody/register.ts'
import { remove as demonstrationRemove } from './modules/demonstration/remove.ts'
import { exported as documentExport } from './modules/document/export.ts'
import { get as documentGet } from './modules/document/get.ts'
import { print as documentPrint } from './modules/document/print.ts'
import { search as documentSearch } from './modules/document/search.ts'
import { get as homeGet } from './modules/home/get.ts'
import { cancel as jobCancel } from './modules/job/cancel.ts'
import { download as jobDownload } from './modules/job/download.ts'
import { get as jobGet } from './modules/job/get.ts'
import { list as jobList } from './modules/job/list.ts'
import { confirm as manufacturerConfirm } from './modules/manufacturer/confirm.ts'
import { countyKey as manufacturerCountyKey } from './modules/manufacturer/county-key.ts'
import { disable as manufacturerDisable } from './modules/manufacturer/disable.ts'
import { list as manufacturerList } from './modules/manufacturer/list.ts'
import { register as manufacturerRegister } from './modules/manufacturer/register.ts'
import { replaceKey as manufacturerReplaceKey } from './modules/manufacturer/replace-key.ts'
import { update as manufacturerUpdate } from './modules/manufacturer/update.ts'
import { exported as movementExport } from './modules/movement/export.ts'
import { search as movementSearch } from './modules/movement/search.ts'
import { create as operatorCreate } from './modules/operator/create.ts'
import { disable as operatorDisable } from './modules/operator/disable.ts'
import { enable as operatorEnable } from './modules/operator/enable.ts'
import { list as operatorList } from './modules/operator/list.ts'
import { resetPassword as operatorResetPassword } from './modules/operator/reset-password.ts'
import { resetTotp as operatorResetTotp } from './modules/operator/reset-totp.ts'
import { unlock as operatorUnlock } from './modules/operator/unlock.ts'
import { update as operatorUpdate } from './modules/operator/update.ts'
import { appointSecurityAdmin as orgAppointSecurityAdmin } from './modules/org/appoint-security-admin.ts'
import { assignCounty as orgAssignCounty } from './modules/org/assign-county.ts'
import { counties as orgCounties } from './modules/org/counties.ts'
import { createCounty as orgCreateCounty } from './modules/org/create-county.ts'
import { createPlace as orgCreatePlace } from './modules/org/create-place.ts'
import { createRegion as orgCreateRegion } from './modules/org/create-region.ts'
import { list as orgList } from './modules/org/list.ts'
import { update as orgUpdate } from './modules/org/update.ts'
import { updateCounty as orgUpdateCounty } from './modules/org/update-county.ts'
import { record as paymentRecord } from './modules/payment/record.ts'
import { token as phoneToken } from './modules/phone/token.ts'
import { home as portalHome } from './modules/portal/home.ts'
import { ledger as portalLedger } from './modules/portal/ledger.ts'
import { recordSale as portalRecordSale } from './modules/portal/record-sale.ts'
import { reportLoss as portalReportLoss } from './modules/portal/report-loss.ts'
import { sales as portalSales } from './modules/portal/sales.ts'
import { stock as portalStock } from './modules/portal/stock.ts'
import { begin as postingBegin } from './modules/posting/begin.ts'
import { exported as postingExport } from './modules/posting/export.ts'
import { list as postingList } from './modules/posting/list.ts'
import { release as postingRelease } from './modules/posting/release.ts'
import { settle as postingSettle } from './modules/posting/settle.ts'
import { take as postingTake } from './modules/posting/take.ts'
import { check as rangeCheck } from './modules/range/check.ts'
import { suggest as rangeSuggest } from './modules/range/suggest.ts'
import { accept as rechargeAccept } from './modules/recharge/accept.ts'
import { exported as rechargeExport } from './modules/recharge/export.ts'
import { list as rechargeList } from './modules/recharge/list.ts'
import { post as rechargePost } from './modules/recharge/post.ts'
import { search as rechargeSearch } from './modules/recharge/search.ts'
import { get as regionGet } from './modules/region/get.ts'
import { exported as reportExport } from './modules/report/export.ts'
import { run as reportRun } from './modules/report/run.ts'
import { list as roleList } from './modules/role/list.ts'
import { record as saleRecord } from './modules/sale/record.ts'
import { get as securityPolicyGet } from './modules/security-policy/get.ts'
import { update as securityPolicyUpdate } from './modules/security-policy/update.ts'
import { create as sellerCreate } from './modules/seller/create.ts'
import { get as sellerGet } from './modules/seller/get.ts'
import { ledger as sellerLedger } from './modules/seller/ledger.ts'
import { list as sellerList } from './modules/seller/list.ts'
import { resumePurchase as sellerResumePurchase } from './modules/seller/resume-purchase.ts'
import { setLimit as sellerSetLimit } from './modules/seller/set-limit.ts'
import { stopPurchase as sellerStopPurchase } from './modules/seller/stop-purchase.ts'
import { update as sellerUpdate } from './modules/seller/update.ts'
import { confirmCheck as sellerPurchaseConfirmCheck } from './modules/seller-purchase/confirm-check.ts'
import { create as sellerPurchaseCreate } from './modules/seller-purchase/create.ts'
import { discard as sellerPurchaseDiscard } from './modules/seller-purchase/discard.ts'
import { execute as sellerPurchaseExecute } from './modules/seller-purchase/execute.ts'
import { get as sellerPurchaseGet } from './modules/seller-purchase/get.ts'
import { list as sellerPurchaseList } from './modules/seller-purchase/list.ts'
import { scan as sellerPurchaseScan } from './modules/seller-purchase/scan.ts'
import { create as sellerReturnCreate } from './modules/seller-return/create.ts'
import { discard as sellerReturnDiscard } from './modules/seller-return/discard.ts'
import { execute as sellerReturnExecute } from './modules/seller-return/execute.ts'
import { get as sellerReturnGet } from './modules/seller-return/get.ts'
import { list as sellerReturnList } from './modules/seller-return/list.ts'
import { scan as sellerReturnScan } from './modules/seller-return/scan.ts'
import { read as sensitiveRead } from './modules/sensitive/read.ts'
import { list as sessionList } from './modules/session/list.ts'
import { revoke as sessionRevoke } from './modules/session/revoke.ts'
import { layouts as slipLayouts } from './modules/slip/layouts.ts'
import { preview as slipPreview } from './modules/slip/preview.ts'
import { setLayout as slipSetLayout } from './modules/slip/set-layout.ts'
import { verify as slipVerify } from './modules/slip/verify.ts'
import { accept as stationDrawAccept } from './modules/station-draw/accept.ts'
import { approve as stationDrawApprove } from './modules/station-draw/approve.ts'
import { available as stationDrawAvailable } from './modules/station-draw/available.ts'
import { cancel as stationDrawCancel } from './modules/station-draw/cancel.ts'
import { cancelIssue as stationDrawCancelIssue } from './modules/station-draw/cancel-issue.ts'
import { changeReceiver as stationDrawChangeReceiver } from './modules/station-draw/change-receiver.ts'
import { confirmCheck as stationDrawConfirmCheck } from './modules/station-draw/confirm-check.ts'
import { create as stationDrawCreate } from './modules/station-draw/create.ts'
import { discard as stationDrawDiscard } from './modules/station-draw/discard.ts'
import { expireDue as stationDrawExpireDue } from './modules/station-draw/expire-due.ts'
import { extend as stationDrawExtend } from './modules/station-draw/extend.ts'
import { get as stationDrawGet } from './modules/station-draw/get.ts'
import { issue as stationDrawIssue } from './modules/station-draw/issue.ts'
import { list as stationDrawList } from './modules/station-draw/list.ts'
import { open as stationDrawOpen } from './modules/station-draw/open.ts'
import { prepare as stationDrawPrepare } from './modules/station-draw/prepare.ts'
import { refuse as stationDrawRefuse } from './modules/station-draw/refuse.ts'
import { reject as stationDrawReject } from './modules/station-draw/reject.ts'
import { scan as stationDrawScan } from './modules/station-draw/scan.ts'
import { settle as stationDrawSettle } from './modules/station-draw/settle.ts'
import { submit as stationDrawSubmit } from './modules/station-draw/submit.ts'
import { transit as stationDrawTransit } from './modules/station-draw/transit.ts'
import { update as stationDrawUpdate } from './modules/station-draw/update.ts'
import { urge as stationDrawUrge } from './modules/station-draw/urge.ts'
import { withdraw as stationDrawWithdraw } from './modules/station-draw/withdraw.ts'
import { approve as stationReturnApprove } from './modules/station-return/approve.ts'
import { cancel as stationReturnCancel } from './modules/station-return/cancel.ts'
import { cancelReturn as stationReturnCancelReturn } from './modules/station-return/cancel-return.ts'
import { create as stationReturnCreate } from './modules/station-return/create.ts'
import { discard as stationReturnDiscard } from './modules/station-return/discard.ts'
import { get as stationReturnGet } from './modules/station-return/get.ts'
import { list as stationReturnList } from './modules/station-return/list.ts'
import { prepare as stationReturnPrepare } from './modules/station-return/prepare.ts'
import { reject as stationReturnReject } from './modules/station-return/reject.ts'
import { scan as stationReturnScan } from './modules/station-return/scan.ts'
import { sendBack as stationReturnSendBack } from './modules/station-return/send-back.ts'
import { submit as stationReturnSubmit } from './modules/station-return/submit.ts'
import { takeIn as stationReturnTakeIn } from './modules/station-return/take-in.ts'
import { update as stationReturnUpdate } from './modules/station-return/update.ts'
import { withdraw as stationReturnWithdraw } from './modules/station-return/withdraw.ts'
import { summary as stockSummary } from './modules/stock/summary.ts'
import { accept as stockInAccept } from './modules/stock-in/accept.ts'
import { cancel as stockInCancel } from './modules/stock-in/cancel.ts'
import { create as stockInCreate } from './modules/stock-in/create.ts'
import { differences as stockInDifferences } from './modules/stock-in/differences.ts'
import { discard as stockInDiscard } from './modules/stock-in/discard.ts'
import { get as stockInGet } from './modules/stock-in/get.ts'
import { inspect as stockInInspect } from './modules/stock-in/inspect.ts'
import { ledger as stockInLedger } from './modules/stock-in/ledger.ts'
import { list as stockInList } from './modules/stock-in/list.ts'
import { rejected as stockInRejected } from './modules/stock-in/rejected.ts'
import { sendBack as stockInSendBack } from './modules/stock-in/send-back.ts'
import { spotCheck as stockInSpotCheck } from './modules/stock-in/spot-check.ts'
import { submit as stockInSubmit } from './modules/stock-in/submit.ts'
import { upload as stockInUpload } from './modules/stock-in/upload.ts'
import { cancel as stocktakeCancel } from './modules/stocktake/cancel.ts'
import { close as stocktakeClose } from './modules/stocktake/close.ts'
import { create as stocktakeCreate } from './modules/stocktake/create.ts'
import { get as stocktakeGet } from './modules/stocktake/get.ts'
import { list as stocktakeList } from './modules/stocktake/list.ts'
import { recount as stocktakeRecount } from './modules/stocktake/recount.ts'
import { resolve as stocktakeResolve } from './modules/stocktake/resolve.ts'
import { review as stocktakeReview } from './modules/stocktake/review.ts'
import { scan as stocktakeScan } from './modules/stocktake/scan.ts'
import { snapshot as stocktakeSnapshot } from './modules/stocktake/snapshot.ts'
import { submit as stocktakeSubmit } from './modules/stocktake/submit.ts'
import { unscan as stocktakeUnscan } from './modules/stocktake/unscan.ts'
import { list as todoList } from './modules/todo/list.ts'

export const registry = {
  auth: {
    totp: authTotp,
    password: authPassword,
    firstAdministrator: authFirstAdministrator,
    login: authLogin,
    logout: authLogout,
    me: authMe,
  },
  org: {
    appointSecurityAdmin: orgAppointSecurityAdmin,
    assignCounty: orgAssignCounty,
    createRegion: orgCreateRegion,
    counties: orgCounties,
    updateCounty: orgUpdateCounty,
    update: orgUpdate,
    createCounty: orgCreateCounty,
    createPlace: orgCreatePlace,
    list: orgList,
  },
  operator: {
    resetTotp: operatorResetTotp,
    resetPassword: operatorResetPassword,
    unlock: operatorUnlock,
    enable: operatorEnable,
    disable: operatorDisable,
    update: operatorUpdate,
    create: operatorCreate,
    list: operatorList,
  },
  manufacturer: {
    confirm: manufacturerConfirm,
    countyKey: manufacturerCountyKey,
    disable: manufacturerDisable,
    list: manufacturerList,
    register: manufacturerRegister,
    replaceKey: manufacturerReplaceKey,
    update: manufacturerUpdate,
  },
  cardMaking: {
    approve: cardMakingApprove,
    cancel: cardMakingCancel,
    create: cardMakingCreate,
    discard: cardMakingDiscard,
    download: cardMakingDownload,
    downloadGrant: cardMakingDownloadGrant,
    generate: cardMakingGenerate,
    get: cardMakingGet,
    list: cardMakingList,
    markSent: cardMakingMarkSent,
    plan: cardMakingPlan,
    reject: cardMakingReject,
    submit: cardMakingSubmit,
    terminate: cardMakingTerminate,
    update: cardMakingUpdate,
    withdraw: cardMakingWithdraw,
  },
  stockIn: {
    accept: stockInAccept,
    cancel: stockInCancel,
    create: stockInCreate,
    differences: stockInDifferences,
    discard: stockInDiscard,
    get: stockInGet,
    inspect: stockInInspect,
    ledger: stockInLedger,
    list: stockInList,
    rejected: stockInRejected,
    sendBack: stockInSendBack,
    spotCheck: stockInSpotCheck,
    submit: stockInSubmit,
    upload: stockInUpload,
  },
  cardVoid: {
    approve: cardVoidApprove,
    cancel: cardVoidCancel,
    create: cardVoidCreate,
    discard: cardVoidDiscard,
    execute: cardVoidExecute,
    get: cardVoidGet,
    list: cardVoidList,
    reject: cardVoidReject,
    sendBack: cardVoidSendBack,
    submit: cardVoidSubmit,
    update: cardVoidUpdate,
    withdraw: cardVoidWithdraw,
  },
  demonstration: {
    remove: demonstrationRemove,
  },
  custody: {
    destroy: custodyDestroy,
    destruction: custodyDestruction,
    history: custodyHistory,
    list: custodyList,
    move: custodyMove,
    register: custodyRegister,
  },
  stocktake: {
    cancel: stocktakeCancel,
    close: stocktakeClose,
    create: stocktakeCreate,
    get: stocktakeGet,
    list: stocktakeList,
    recount: stocktakeRecount,
    resolve: stocktakeResolve,
    review: stocktakeReview,
    scan: stocktakeScan,
    snapshot: stocktakeSnapshot,
    submit: stocktakeSubmit,
    unscan: stocktakeUnscan,
  },
  range: { check: rangeCheck, suggest: rangeSuggest },
  stationDraw: {
    accept: stationDrawAccept,
    approve: stationDrawApprove,
    available: stationDrawAvailable,
    cancel: stationDrawCancel,
    cancelIssue: stationDrawCancelIssue,
    changeReceiver: stationDrawChangeReceiver,
    confirmCheck: stationDrawConfirmCheck,
    create: stationDrawCreate,
    discard: stationDrawDiscard,
    expireDue: stationDrawExpireDue,
    extend: stationDrawExtend,
    get: stationDrawGet,
    issue: stationDrawIssue,
    list: stationDrawList,
    open: stationDrawOpen,
    prepare: stationDrawPrepare,
    refuse: stationDrawRefuse,
    reject: stationDrawReject,
    scan: stationDrawScan,
    settle: stationDrawSettle,
    submit: stationDrawSubmit,
    transit: stationDrawTransit,
    update: stationDrawUpdate,
    urge: stationDrawUrge,
    withdraw: stationDrawWithdraw,
  },
  stationReturn: {
    approve: stationReturnApprove,
    cancel: stationReturnCancel,
    cancelReturn: stationReturnCancelReturn,
    create: stationReturnCreate,
    discard: stationReturnDiscard,
    get: stationReturnGet,
    list: stationReturnList,
    prepare: stationReturnPrepare,
    reject: stationReturnReject,
    scan: stationReturnScan,
    sendBack: stationReturnSendBack,
    submit: stationReturnSubmit,
    takeIn: stationReturnTakeIn,
    update: stationReturnUpdate,
    withdraw: stationReturnWithdraw,
  },
  sellerPurchase: {
    confirmCheck: sellerPurchaseConfirmCheck,
    create: sellerPurchaseCreate,
    discard: sellerPurchaseDiscard,
    execute: sellerPurchaseExecute,
    get: sellerPurchaseGet,
    list: sellerPurchaseList,
    scan: sellerPurchaseScan,
  },
  sellerReturn: {
    create: sellerReturnCreate,
    discard: sellerReturnDiscard,
    execute: sellerReturnExecute,
    get: sellerReturnGet,
    list: sellerReturnList,
    scan: sellerReturnScan,
  },
  seller: {
    create: sellerCreate,
    get: sellerGet,
    ledger: sellerLedger,
    list: sellerList,
    resumePurchase: sellerResumePurchase,
    setLimit: sellerSetLimit,
    stopPurchase: sellerStopPurchase,
    update: sellerUpdate,
  },
  payment: {
    record: paymentRecord,
  },
  sale: {
    record: saleRecord,
  },
  phone: { token: phoneToken },
  portal: {
    home: portalHome,
    stock: portalStock,
    sales: portalSales,
    ledger: portalLedger,
    recordSale: portalRecordSale,
    reportLoss: portalReportLoss,
  },
  stock: { summary: stockSummary },
  card: {
    check: cardCheck,
    export: cardExport,
    exchange: cardExchange,
    extend: cardExtend,
    freeze: cardFreeze,
    freezes: cardFreezes,
    get: cardGet,
    history: cardHistory,
    search: cardSearch,
    unfreeze: cardUnfreeze,
    unlock: cardUnlock,
  },
  cardService: {
    acknowledge: cardServiceAcknowledge,
    approve: cardServiceApprove,
    cancel: cardServiceCancel,
    get: cardServiceGet,
    list: cardServiceList,
    reject: cardServiceReject,
  },
  document: { export: documentExport, get: documentGet, print: documentPrint, search: documentSearch },
  movement: { export: movementExport, search: movementSearch },
  recharge: {
    accept: rechargeAccept,
    export: rechargeExport,
    list: rechargeList,
    post: rechargePost,
    search: rechargeSearch,
  },
  sensitive: { read: sensitiveRead },
  report: { export: reportExport, run: reportRun },
  accountRecharge: { list: accountRechargeList, print: accountRechargePrint },
  posting: {
    begin: postingBegin,
    export: postingExport,
    list: postingList,
    release: postingRelease,
    settle: postingSettle,
    take: postingTake,
  },
  billing: { billsDue: billingBillsDue, findAccount: billingFindAccount, paymentHistory: billingPaymentHistory },
  call: {
    begin: callBegin,
    end: callEnd,
    endLeft: callEndLeft,
    export: callExport,
    list: callList,
    search: callSearch,
    step: callStep,
    transcript: callTranscript,
  },
  attachment: { add: attachmentAdd, get: attachmentGet, list: attachmentList },
  slip: { layouts: slipLayouts, preview: slipPreview, setLayout: slipSetLayout, verify: slipVerify },
  todo: { list: todoList },
  home: { get: homeGet },
  audit: { export: auditExport, reads: auditReads, search: auditSearch, verify: auditVerify },
  session: { revoke: sessionRevoke, list: sessionList },
  role: { list: roleList },
  securityPolicy: { update: securityPolicyUpdate, get: securityPolicyGet },
  businessSetting: {
    cancel: businessSettingCancel,
    reject: businessSettingReject,
    confirm: businessSettingConfirm,
    propose: businessSettingPropose,
    list: businessSettingList,
    get: businessSettingGet,
  },
  region: { get: regionGet },
  job: { cancel: jobCancel, download: jobDownload, get: jobGet, list: jobList },
} as const satisfies Registry<Services>

export type AppRegistry = typeof registry
export type OperationName = {
  [M in keyof AppRegistry]: `${M & string}.${keyof AppRegistry[M] & string}`
}[keyof AppRegistry]

export const operations = byName<Services>(registry)
