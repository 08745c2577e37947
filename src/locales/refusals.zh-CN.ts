// What a refusal says, in Chinese; {names} are filled from its details.

export const refusals = {
  unknownOperation: '没有“{name}”这个操作。',
  notSignedIn: '请先登录。',
  notAllowed: '您没有“{operation}”的权限，需要请联系安全管理员。',
  badInput: '填写有误：{problems}',
  keyReused: '同一个幂等键不能用于不同的内容。',
  tooBusy: '系统繁忙，请稍后再试。',
  fileTooBig: '文件超过 {maxBytes} 字节。',
  badSerial: '卡号 {serial} 不对，请核对校验位。',
  foreignSerial: '卡号 {serial} 不属于本县。',
  rangesNotMovable: '号段有问题，未作任何变动：{faults}',
  notInTransit: '这些卡不在本单的在途之中。',
  documentNotFound: '没有这张单据。',
  documentMoved: '单据 {documentNo} 已有新的变动，请查看后再操作。',
  documentState: '单据现为“{state}”，不能做“{action}”。',
  notAuthor: '只有制单人可以这样做。',
  C01: '您不能审批自己提交的单据。',
  C02: '您审批过本单，不能再办理，请由其他人员办理。',
  peopleOnly: '这件事须由人来办。',
  noPlace: '您的账号没有所属机构。',
} as const
