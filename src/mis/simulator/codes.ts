// Answer codes of the reference billing system: the words beside them, and the HTTP status they travel with.

const texts: Readonly<Record<string, string>> = {
  '0000': '成功',
  '1101': '无此户号',
  '1102': '已销户',
  '1103': '划拨、走收或代扣在途',
  '1104': '卡表户不能代收',
  '1105': '不允许跨区',
  '1106': '须全额缴清',
  '1107': '超过限额',
  '1108': '不允许预收',
  '1109': '无欠费且不收预收',
  '1110': '电费计算中',
  '1111': '电费发生变动',
  '1112': '需到营业厅办理',
  '1201': '日切或未开工',
  '1202': '系统忙，未处理',
  '1203': '请求过期，未处理',
  '1204': '流水已关闭',
  '1205': '流水重复且内容不同',
  '1301': '无原交易',
  '1302': '已冲正',
  '1303': '不能隔日冲正',
  '1304': '金额、户号或操作员不符',
  '2001': '报文格式错',
  '2002': '校验错',
  '2003': '重放或时间偏差',
  '2004': '未签到',
  '2005': '渠道无权限',
  '9001': '系统错误',
  '9004': '流水重复',
  '9005': '不支持的交易',
}

export function textOf(code: string): string {
  return texts[code] ?? '其他错误'
}

const statuses: Readonly<Record<string, number>> = {
  '1202': 503,
  '1205': 409,
  '2001': 400,
  '2002': 401,
  '2003': 401,
  '2004': 401,
  '2005': 403,
  '9005': 404,
}

export function statusOf(code: string): number {
  return statuses[code] ?? 200
}
