// What each command is for, in Chinese and English.

export interface Help {
  name: string
  usage: string
  zh: string
  en: string
  options: { flag: string; zh: string; en: string }[]
}

export const helps: readonly Help[] = [
  {
    name: 'start',
    usage: 'start',
    zh: '启动全部：数据库、参考营销系统、网页、热线；Ctrl-C 停止。设置见 docs/operations.md',
    en: 'start everything: database, reference billing system, web, hotline; Ctrl-C stops. Settings: docs/operations.md',
    options: [],
  },
  {
    name: 'demo',
    usage: 'demo [--json]',
    zh: '演示数据现在的样子：热线、账号、卡（含密码）、户号；仅演示模式',
    en: 'the demonstration data as they are now: hotline, sign-ins, cards with PINs, accounts; demonstration mode only',
    options: [{ flag: '--json', zh: '以 JSON 输出', en: 'as JSON' }],
  },
  {
    name: 'demo remove',
    usage: 'demo remove --confirm 删除演示数据',
    zh: '下次启动时删除全部演示数据，之后从空库开始；仅演示模式',
    en: 'removes all demonstration data at the next start, which begins empty; demonstration mode only',
    options: [{ flag: '--confirm <words>', zh: '原样输入“删除演示数据”', en: 'the words 删除演示数据 as they are' }],
  },
  {
    name: 'call',
    usage: 'call --keys "1,<卡号>#,<密码>#,<户号>#,1"',
    zh: '终端电话：经 SIP 拨打热线并按键；每个逗号等提示音放完',
    en: 'a terminal phone: calls the hotline by SIP and presses keys; each comma waits for the end of the prompt',
    options: [
      { flag: '--keys <keys>', zh: '按键，逗号分隔', en: 'keys, separated by commas' },
      {
        flag: '--to <sip:number@host>',
        zh: '拨打的号码；默认为本机热线',
        en: 'whom to call; the local hotline by default',
      },
      { flag: '--from <number>', zh: '主叫号码；anonymous 为隐藏', en: "the caller's number; anonymous withholds it" },
      { flag: '--mode <mode>', zh: '按键方式 rfc4733、info、inband', en: 'how keys travel: rfc4733, info, inband' },
      { flag: '--transport <udp|tcp|tls>', zh: '信令传输', en: 'signalling transport' },
      { flag: '--ca <file.pem>', zh: 'TLS 时信任的证书签发者', en: 'whose certificates are trusted, by TLS' },
      { flag: '--record <file.wav>', zh: '把听到的录成 wav', en: 'record what is heard' },
      { flag: '--linger <ms>', zh: '最后一次按键后最多再听多久', en: 'how long to listen after the last key' },
    ],
  },
  {
    name: 'say money',
    usage: 'say money <fen>… --lang zh-CN',
    zh: '金额（分）怎么读，每行一个',
    en: 'how amounts (in fen) are read, a line each',
    options: [{ flag: '--lang <language>', zh: 'zh-CN 或 en-US', en: 'zh-CN or en-US' }],
  },
  {
    name: 'audit',
    usage: 'audit',
    zh: '核对：号码、卡数、库存、流水一致，审计链完整；有差异则退出码 1',
    en: 'proves numbers, cards, balances and journal equal and the audit chain whole; exit code 1 on any difference',
    options: [{ flag: '--json', zh: '以 JSON 输出', en: 'as JSON' }],
  },
  {
    name: 'mis serve',
    usage: 'mis serve',
    zh: '单独启动参考营销系统',
    en: 'start the reference billing system alone',
    options: [{ flag: '--allow-reference', zh: '正式环境也允许', en: 'allow it in production too' }],
  },
  {
    name: 'mis audit',
    usage: 'mis audit',
    zh: '与参考营销系统逐笔核对：每笔充值恰好入账一次；有差异则退出码 1',
    en: 'compares with the reference billing system: every recharge posted exactly once; exit code 1 on any breach',
    options: [{ flag: '--json', zh: '以 JSON 输出', en: 'as JSON' }],
  },
  {
    name: 'manufacturer keygen',
    usage: 'manufacturer keygen --out <folder>',
    zh: '卡厂：生成一对密钥（OpenPGP，或国密 SM2）',
    en: 'card manufacturer: make a pair of keys (OpenPGP, or SM2)',
    options: [
      { flag: '--out <folder>', zh: '放在哪里', en: 'where to put them' },
      { flag: '--name <name>', zh: '厂家名称', en: "the manufacturer's name" },
      { flag: '--sm', zh: '国密 SM2 密钥', en: 'SM2 keys' },
    ],
  },
  {
    name: 'manufacturer produce',
    usage: 'manufacturer produce --in <新卡文件> --out <制卡后卡文件> --key <私钥> --county <县公钥>',
    zh: '卡厂：读新卡文件，写制卡后卡文件',
    en: 'card manufacturer: read a new-card file and write the produced-card file',
    options: [
      { flag: '--in <file>', zh: '新卡文件', en: 'the new-card file' },
      { flag: '--out <file>', zh: '制卡后卡文件', en: 'the produced-card file' },
      { flag: '--key <file>', zh: '厂家私钥', en: "the manufacturer's private key" },
      { flag: '--county <file>', zh: '县公司公钥', en: "the county's public key" },
      { flag: '--faulty <serial>', zh: '报废的卡号，可重复', en: 'a serial reported faulty, repeatable' },
      { flag: '--leave-out <serial>', zh: '未制的卡号，可重复', en: 'a serial not made, repeatable' },
      { flag: '--only <first-last>', zh: '只交这一段（分批交货）', en: 'deliver only this stretch of the batch' },
    ],
  },
  {
    name: 'migrate',
    usage: 'migrate',
    zh: '把数据库升级到本程序的版本',
    en: "bring the database to this program's schema",
    options: [],
  },
]
