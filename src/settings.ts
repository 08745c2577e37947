// The table of settings: name, kind, default and meaning of each. Read by `config.ts` and by the documentation.

import { isIP } from 'node:net'
import { z } from 'zod'

/** What a setting may be, said to whoever wrote it wrong. */
export interface Kind<T> {
  schema: z.ZodType<T, string>
  chinese: string
  english: string
  /** Never repeated in a message. */
  secret?: boolean
}

export interface Setting<T> {
  name: string
  kind: Kind<T>
  /** As it would be written; empty: worked out at the start, as the meaning says. */
  byDefault: string
  /** Chinese, then English after ` / `. */
  meaning: string
}

function setting<T>(name: string, kind: Kind<T>, byDefault: string, meaning: string): Setting<T> {
  return { name, kind, byDefault, meaning }
}

function integer(min: number, max: number): Kind<number> {
  const schema = z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine(value => value >= min && value <= max)
  return {
    schema,
    chinese: `应为 ${min} 到 ${max} 的整数`,
    english: `it should be a whole number from ${min} to ${max}`,
  }
}

function oneOf<const T extends string>(...values: T[]): Kind<T> {
  const shown = values.join(', ')
  return { schema: z.enum(values), chinese: `应为其中之一：${shown}`, english: `it should be one of ${shown}` }
}

function text(pattern: RegExp, chinese: string, english: string): Kind<string> {
  return { schema: z.string().regex(pattern), chinese, english }
}

const port = integer(0, 65_535)
const milliseconds = integer(1, 86_400_000)

const portRange: Kind<{ first: number; last: number }> = {
  schema: z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/)
    .transform(value => {
      const [first = 0, last = 0] = value.split('-').map(Number)
      return { first, last }
    })
    .refine(({ first, last }) => first >= 1024 && first % 2 === 0 && last > first && last <= 65_535),
  chinese: '应为“起-止”，如 16384-17407；起始为 1024 以上的偶数',
  english: 'it should be first-last, like 16384-17407, the first even and at least 1024',
}

const instants: Kind<readonly number[]> = {
  schema: z
    .string()
    .regex(/^\d{1,8}(,\d{1,8}){0,19}$/)
    .transform(value => value.split(',').map(Number))
    .refine(values => values.every((value, at) => value > (values[at - 1] ?? 0))),
  chinese: '应为由小到大、以逗号分隔的毫秒数',
  english: 'it should be growing numbers of milliseconds, separated by commas',
}

const ipAddress: Kind<string> = {
  schema: z.string().refine(value => isIP(value) !== 0),
  chinese: '应为 IP 地址',
  english: 'it should be an IP address',
}
const hostOrAddress: Kind<string> = {
  schema: z.string().refine(value => isIP(value) !== 0 || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value)),
  chinese: '应为 IP 地址或主机名',
  english: 'it should be an IP address or a host name',
}
const file = text(/\S/, '应为文件', 'it should be a file')
const addresses: Kind<readonly string[]> = {
  schema: z
    .string()
    .transform(value => value.split(',').map(address => address.trim()))
    .refine(values => values.length <= 50 && values.every(isAddressOrNet)),
  chinese: '应为以逗号分隔的 IP 地址或网段',
  english: 'it should be IP addresses or networks, separated by commas',
}
const folder = text(/\S/, '应为目录', 'it should be a folder')
const word = text(/^[\w.:-]{1,64}$/, '应为不超过 64 个字母、数字', 'it should be at most 64 letters and digits')
const databaseUrl: Kind<string> = {
  ...text(/^postgres(ql)?:\/\/\S+$/, '应为 postgres:// 开头的地址', 'it should be an address like postgres://…'),
  secret: true,
}

function isAddressOrNet(value: string): boolean {
  const [address = '', bits, more] = value.split('/')
  const most = isIP(address) === 4 ? 32 : 128
  return (
    isIP(address) !== 0 &&
    more === undefined &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  )
}

export const settings = {
  // where
  bind: setting('DIANKA_BIND', ipAddress, '127.0.0.1', '监听的地址 / address to listen at'),
  publicAddress: setting(
    'DIANKA_PUBLIC_ADDRESS',
    hostOrAddress,
    '',
    '对外的地址（SDP、Contact 所写）；默认同监听地址 / address that SDP and Contact say; the one listened at by default',
  ),
  httpPort: setting('DIANKA_HTTP_PORT', port, '8080', '网页与接口的端口 / port of the web pages and the API'),
  tlsCert: setting(
    'DIANKA_TLS_CERT',
    file,
    '',
    '证书文件（PEM），与私钥一起设置后只用 HTTPS / certificate file (PEM); with the key, HTTPS and nothing else',
  ),
  tlsKey: setting('DIANKA_TLS_KEY', file, '', '私钥文件（PEM） / key file (PEM)'),
  trustedProxies: setting(
    'DIANKA_TRUSTED_PROXIES',
    addresses,
    '',
    '可信代理的地址，逗号分隔；采信其 X-Forwarded-For 与 X-Forwarded-Proto / addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas',
  ),
  plainHttp: setting(
    'DIANKA_PLAIN_HTTP',
    oneOf('refuse', 'allow'),
    'refuse',
    '本机以外的明文 HTTP：拒绝或允许 / plain HTTP from beyond this machine: refused or allowed',
  ),
  sipPort: setting(
    'DIANKA_SIP_PORT',
    port,
    '5060',
    '电话信令的端口（UDP、TCP） / port of telephone signalling (UDP, TCP)',
  ),
  sipTlsCert: setting(
    'DIANKA_SIP_TLS_CERT',
    file,
    '',
    '信令证书文件（PEM），与私钥一起设置后也接 TLS 来电 / certificate file (PEM) of signalling; with the key, calls come by TLS too',
  ),
  sipTlsKey: setting('DIANKA_SIP_TLS_KEY', file, '', '信令私钥文件（PEM） / key file (PEM) of signalling'),
  sipTlsCa: setting(
    'DIANKA_SIP_TLS_CA',
    file,
    '',
    '对方信令证书的签发者（PEM）；默认为系统自带 / authorities (PEM) of the certificates of those we call by TLS; those of the system by default',
  ),
  sipTlsPort: setting('DIANKA_SIP_TLS_PORT', port, '5061', 'TLS 信令的端口 / port of signalling by TLS'),
  sipPerSource: setting(
    'DIANKA_SIP_PER_SOURCE',
    integer(1, 100_000),
    '200',
    '一个地址每秒最多的新来电 / most new calls a second from one address',
  ),
  rtpPorts: setting('DIANKA_RTP_PORTS', portRange, '16384-17407', '话音的 UDP 端口 / UDP ports of speech'),
  misPort: setting('DIANKA_MIS_PORT', port, '8090', '参考营销系统的端口 / port of the reference billing system'),
  dataDir: setting('DIANKA_DATA_DIR', folder, '', '数据目录；默认 .data / folder of all data; .data by default'),
  secretsDir: setting(
    'DIANKA_SECRETS_DIR',
    folder,
    '',
    '密钥目录，仅属主可读；默认为数据目录下的 secrets / folder of keys, readable by its owner alone; secrets inside the data folder by default',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    databaseUrl,
    '',
    '数据库地址；不设则用内置的 PostgreSQL / address of the database; without it the built-in PostgreSQL',
  ),
  misUrl: setting(
    'DIANKA_MIS_URL',
    text(/^https?:\/\/\S+$/, '应为 http(s):// 开头的地址', 'it should be an address like https://…'),
    '',
    '营销系统的地址；不设则启动参考营销系统 / address of the billing system; without it the reference one is started',
  ),
  misDatabaseUrl: setting(
    'DIANKA_MIS_DATABASE_URL',
    databaseUrl,
    '',
    '参考营销系统的数据库地址；不设则用内置的 PostgreSQL / address of the database of the reference billing system; without it the built-in PostgreSQL',
  ),
  demo: setting(
    'DIANKA_DEMO',
    oneOf('on', 'off'),
    '',
    '演示数据：首次启动时决定（默认 on），随数据保存 / demonstration data: decided at the first start (on by default) and kept with the data',
  ),
  pinDigest: setting(
    'DIANKA_PIN_DIGEST',
    oneOf('sha256', 'sm3'),
    'sha256',
    '新批次卡密码摘要的算法：HMAC-SHA-256 或国密 HMAC-SM3；已有批次不变 / digest of the PINs of new batches: HMAC-SHA-256, or HMAC-SM3; batches made before keep theirs',
  ),
  logLevel: setting(
    'DIANKA_LOG_LEVEL',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    '日志级别 / level of the log',
  ),
  nodeName: setting('DIANKA_NODE', word, '', '节点名；默认主机名与端口 / name of this node; host and port by default'),
  environment: setting('NODE_ENV', word, 'development', 'production 表示正式运行 / production means business'),
  // database and operations
  databasePoolSize: setting('DIANKA_DB_POOL', integer(2, 500), '20', '数据库连接数 / database connections'),
  statementTimeoutMs: setting('DIANKA_DB_STATEMENT_MS', milliseconds, '60000', '语句最长用时 / longest statement'),
  batchSize: setting('DIANKA_BATCH_SIZE', integer(1, 1000), '200', '合并提交的最多笔数 / most commands in a batch'),
  jobPollMs: setting('DIANKA_JOB_POLL_MS', milliseconds, '200', '后台任务查询间隔 / how often jobs are looked for'),
  sealIntervalMs: setting('DIANKA_SEAL_MS', milliseconds, '1000', '审计封存间隔 / how often the audit is sealed'),
  carryIntervalMs: setting(
    'DIANKA_CARRY_MS',
    milliseconds,
    '3000',
    '充值计入库存的间隔 / how often recharges are carried into balances',
  ),
  requestBytes: setting('DIANKA_REQUEST_BYTES', integer(1024, 1e9), '1048576', '请求的最大字节数 / largest request'),
  uploadBytes: setting('DIANKA_UPLOAD_BYTES', integer(1024, 1e10), '209715200', '上传的最大字节数 / largest upload'),
  sessionIdleMs: setting(
    'DIANKA_SESSION_IDLE_MS',
    milliseconds,
    '1800000',
    '无操作多久后退出 / idle time before sign-out',
  ),
  sessionMs: setting('DIANKA_SESSION_MS', milliseconds, '43200000', '一次登录最长多久 / longest a sign-in lasts'),
  stopGraceMs: setting(
    'DIANKA_STOP_GRACE_MS',
    milliseconds,
    '20000',
    '停机时等待通话结束 / wait for calls when stopping',
  ),
  clockSpeed: setting(
    'DIANKA_CLOCK_SPEED',
    integer(1, 1000),
    '1',
    '时钟倍速，供测试：各项等待时间除以此数 / clock speed for tests: every wait of the billing side is divided by it',
  ),
  clockSinceMs: setting(
    'DIANKA_CLOCK_SINCE',
    integer(0, 9_999_999_999_999),
    '0',
    '快钟从何时（毫秒）起算，供测试 / instant (milliseconds) from which a faster clock runs, for tests',
  ),
  // billing system
  misConnectMs: setting(
    'DIANKA_MIS_CONNECT_MS',
    milliseconds,
    '2000',
    '连接营销系统 / connecting to the billing system',
  ),
  misReadMs: setting('DIANKA_MIS_READ_MS', milliseconds, '5000', '查询户号、欠费的时限 / time for reading an account'),
  misPostMs: setting('DIANKA_MIS_POST_MS', milliseconds, '8000', '入账的时限 / time for one attempt of a posting'),
  misQueryMs: setting(
    'DIANKA_MIS_QUERY_MS',
    milliseconds,
    '4000',
    '查询入账结果的时限 / time for asking how a posting ended',
  ),
  misHeartbeatMs: setting('DIANKA_MIS_HEARTBEAT_MS', milliseconds, '30000', '心跳间隔 / how often a heartbeat is sent'),
  misHeartbeatAnswerMs: setting(
    'DIANKA_MIS_HEARTBEAT_ANSWER_MS',
    milliseconds,
    '5000',
    '心跳的时限 / time for a heartbeat',
  ),
  misBreakerFailures: setting(
    'DIANKA_MIS_BREAKER_FAILURES',
    integer(1, 1000),
    '5',
    '熔断：失败次数 / failures that open the circuit',
  ),
  misBreakerWindowMs: setting(
    'DIANKA_MIS_BREAKER_WINDOW_MS',
    milliseconds,
    '30000',
    '熔断：统计时段 / time they are counted over',
  ),
  misBreakerProbeMs: setting(
    'DIANKA_MIS_BREAKER_PROBE_MS',
    milliseconds,
    '10000',
    '熔断：多久后试探 / wait before a probe',
  ),
  misPoolSize: setting('DIANKA_MIS_POOL', integer(4, 1000), '8', '每县并发请求数 / concurrent requests for a county'),
  callerReadBudgetMs: setting(
    'DIANKA_CALLER_READ_MS',
    milliseconds,
    '10000',
    '来电人等候查询的上限 / longest a caller waits for a read',
  ),
  callerPostBudgetMs: setting(
    'DIANKA_CALLER_POST_MS',
    integer(1, 60_000),
    '15000',
    '来电人等候充值结果的上限 / longest a caller waits for a result',
  ),
  callerWaitPromptMs: setting(
    'DIANKA_CALLER_PROMPT_MS',
    milliseconds,
    '4000',
    '“请稍候”的间隔 / how often "please wait" is said',
  ),
  callerQueriesMs: setting(
    'DIANKA_CALLER_QUERIES_MS',
    instants,
    '2000,5000',
    '通话中查询结果的时刻 / queries while the caller waits, after the silence',
  ),
  postingLeaseMs: setting('DIANKA_POSTING_LEASE_MS', milliseconds, '60000', '入账任务的租期 / lease of a posting'),
  postingExpiresMs: setting(
    'DIANKA_POSTING_EXPIRES_MS',
    milliseconds,
    '60000',
    '入账报文的有效期 / how long a posting message is good',
  ),
  postingLateMs: setting(
    'DIANKA_POSTING_LATE_MS',
    milliseconds,
    '5000',
    '登记后超过此时不再发送 / an attempt not sent within this is not sent',
  ),
  inflightMaxMs: setting(
    'DIANKA_INFLIGHT_MAX_MS',
    milliseconds,
    '120000',
    '报文在途的最长时间 / longest a message may be under way',
  ),
  sweepIntervalMs: setting(
    'DIANKA_SWEEP_MS',
    milliseconds,
    '1000',
    '接管过期租约的间隔 / how often expired leases are looked for',
  ),
  postingQueriesMs: setting(
    'DIANKA_POSTING_QUERIES_MS',
    instants,
    '10000,30000,60000,120000,300000,900000',
    '通话后查询结果的时刻 / queries after the call',
  ),
  postingQueryEveryMs: setting(
    'DIANKA_POSTING_QUERY_EVERY_MS',
    milliseconds,
    '1800000',
    '其后的查询间隔 / and from then on every',
  ),
  // hotline
  firstKeyMs: setting('DIANKA_FIRST_KEY_MS', milliseconds, '10000', '等候第一个按键 / wait for the first key'),
  nextKeyMs: setting('DIANKA_NEXT_KEY_MS', milliseconds, '6000', '等候下一个按键 / wait for the next key'),
  entryTries: setting('DIANKA_ENTRY_TRIES', integer(1, 10), '3', '每项输入的机会 / tries for each entry'),
  maxCalls: setting('DIANKA_MAX_CALLS', integer(1, 10_000), '500', '同时通话的上限 / most calls at once'),
  phone: setting(
    'DIANKA_PHONE',
    oneOf('public', 'signedIn', 'off'),
    '',
    '网页电话 /phone：任何人、登录后、关闭；演示数据默认 public，否则 signedIn / the browser phone at /phone: for anybody, after signing in, off; public with demonstration data, else signedIn',
  ),
  phonePorts: setting(
    'DIANKA_PHONE_PORTS',
    portRange,
    '',
    '网页电话话音的 UDP 端口；默认任意空闲端口 / UDP ports of speech of the browser phone; any free one by default',
  ),
  phoneCalls: setting(
    'DIANKA_PHONE_CALLS',
    integer(1, 1_000),
    '50',
    '网页电话同时通话的上限 / most browser calls at once',
  ),
  busy: setting(
    'DIANKA_BUSY',
    oneOf('busy', 'unavailable', 'apology'),
    'busy',
    '线路占满时：忙音（486）、请稍后再试（503）或播放致歉 / when all lines are taken: busy (486), come again later (503), or an apology is played',
  ),
  busyRetryS: setting(
    'DIANKA_BUSY_RETRY_S',
    integer(1, 3_600),
    '10',
    '线路占满时请对方几秒后再试 / seconds after which to try again when all lines are taken',
  ),
  maxCallMs: setting('DIANKA_MAX_CALL_MS', milliseconds, '1800000', '一次通话最长多久 / longest call'),
  rtpTimeoutMs: setting(
    'DIANKA_RTP_TIMEOUT_MS',
    milliseconds,
    '30000',
    '多久收不到话音即挂断 / silence of the network that ends a call',
  ),
} as const
