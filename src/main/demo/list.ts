// `demo`: the demonstration data as they are now; PINs are worked out from the fixed seed, never stored.

import { sql } from 'kysely'
import { parseWords } from '../../cli/commands.ts'
import { readConfig } from '../../config.ts'
import { printSerial } from '../../domain/serial.ts'
import { createLog } from '../../kernel/log.ts'
import { SetupError } from '../../kernel/setup-error.ts'
import type { AccountEntry } from '../../mis/simulator/admin-schemas.ts'
import { misAdminOf } from '../mis-audit.ts'
import { openPins } from '../pins.ts'
import { openPlatform, type Platform } from '../platform.ts'
import { demoCounties, demoPassword } from './facts.ts'

/** Enough to try everything without printing sixty thousand. */
const mostOfEachKind = 60

export async function demo(args: string[]): Promise<number> {
  const { values } = parseWords(args, { json: { type: 'boolean' } })
  const config = readConfig()
  const platform = await openPlatform(config, createLog({ level: 'error', node: config.nodeName }), { attach: true })
  try {
    if (!platform.demonstration) {
      throw new SetupError('这里不是演示数据', 'these are not demonstration data')
    }
    const found = await collect(platform)
    process.stdout.write(values.json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found))
    return 0
  } finally {
    await platform.close()
  }
}

type Found = Awaited<ReturnType<typeof collect>>
type Card = Found['cards'][number]

async function collect(platform: Platform) {
  const { config } = platform
  const [county] = demoCounties
  if (!county) throw new Error('there is a demonstration county')
  const host = config.publicAddress.includes(':') ? `[${config.publicAddress}]` : config.publicAddress
  return {
    hotline: { number: county.hotlineNumber, address: `sip:${county.hotlineNumber}@${host}:${config.sipPort}` },
    signIns: await demoSignIns(platform),
    places: await places(platform),
    cards: await cards(platform, county.countyId),
    accounts: (await accounts(platform)).map(({ accountNo, name, dueFen, balanceFen }) => ({
      accountNo,
      accountName: name,
      dueFen,
      balanceFen,
    })),
  }
}

/** Everyone who can sign in with the demonstration password. */
export async function demoSignIns({ db }: Pick<Platform, 'db'>) {
  const { rows } = await sql<{ name: string; role: string; place: string }>`
    select o.sign_in_name as name, o.role, coalesce(h.name, c.name) as place
    from operator o join county c using (county_id)
    left join holder h on h.county_id = o.county_id and h.holder_id = o.holder_id
    where o.disabled_at is null order by o.county_id, o.operator_id`.execute(db)
  return rows.map(row => ({ name: row.name, password: demoPassword, role: row.role, place: row.place }))
}

async function places({ db }: Platform) {
  const { rows } = await sql<{ county: string; kind: string; code: string; name: string }>`
    select c.name as county, h.kind, h.code, h.name from holder h join county c using (county_id)
    where h.kind in ('county', 'station', 'seller', 'hall') order by h.county_id, h.kind, h.code`.execute(db)
  return rows
}

interface CardRow {
  stored: number
  faceValueFen: number
  state: string
  holder: string
  frozen: boolean
  locked: boolean
  expired: boolean
  held: boolean
}

/** Cards of each kind: those that can be redeemed first, then some of every state and condition. */
async function cards(platform: Platform, countyId: number) {
  const { rows } = await sql<CardRow>`
    with one as (
      select r.county_id, s.serial, r.face_value_fen, h.name as holder,
        case when u.stamped_at is not null then 'used' else r.state end as state,
        exists (select from card_freeze f where f.county_id = r.county_id and int8range(f.first_serial, f.last_serial, '[]') @> s.serial) as frozen,
        exists (select from card_try t where t.county_id = r.county_id and t.serial = s.serial and t.locked_at is not null) as locked,
        r.expires_on < (now() at time zone 'Asia/Shanghai')::date as expired,
        u.recharge_id is not null and u.stamped_at is null as held
      from card_range r join holder h on h.county_id = r.county_id and h.holder_id = r.holder_id
      cross join lateral generate_series(r.first_serial, least(r.last_serial, r.first_serial + 400)) s(serial)
      left join card_use u on u.county_id = r.county_id and u.serial = s.serial
      where r.county_id = ${countyId}
    ), numbered as (
      select *, row_number() over (partition by state, frozen, locked, expired, held, face_value_fen order by serial) as n from one
    )
    select serial as stored, face_value_fen, state, holder, frozen, locked, expired, held from numbered
    where n <= ${mostOfEachKind}
    order by (state in ('seller', 'customer') and not frozen and not locked and not expired and not held) desc, n, face_value_fen
    limit 600`.execute(platform.db)
  const pins = openPins(platform.secrets, true)
  return rows.map(({ stored, ...card }) => ({ serial: printSerial(stored), pin: pins.draw(stored, 12), ...card }))
}

/** The billing system's special accounts; an ordinary one first. Empty while it does not run. */
async function accounts(platform: Platform): Promise<AccountEntry[]> {
  const listed = await misAdminOf(platform)
    .accounts({ limit: 60 })
    .catch(() => ({ accounts: [] }))
  return listed.accounts
}

/** Five of each kind that a caller can meet. */
const shownOfEachKind = 5

const kindNames = {
  redeem: '可充值 / to redeem',
  inactive: '未激活 / not active',
  used: '已使 / used',
  frozen: '冻结 / frozen',
  locked: '锁定 / locked',
  expired: '过期 / expired',
} as const

function kindsOf(all: readonly Card[]): Record<keyof typeof kindNames, Card[]> {
  const active = (card: Card) => card.state === 'seller' || card.state === 'customer'
  const plain = (card: Card) => !card.frozen && !card.locked && !card.expired && !card.held
  const of = (fits: (card: Card) => boolean) => all.filter(fits).slice(0, shownOfEachKind)
  return {
    redeem: of(card => active(card) && plain(card)),
    inactive: of(card => card.state === 'county' || card.state === 'station'),
    used: of(card => card.state === 'used'),
    frozen: of(card => card.frozen),
    locked: of(card => card.locked),
    expired: of(card => card.expired),
  }
}

/** What a caller can try in a county: cards of every kind with their PINs, and accounts. */
export async function toTry(platform: Platform, countyId: number) {
  const [all, listed] = await Promise.all([cards(platform, countyId), accounts(platform)])
  return { kinds: kindsOf(all), accounts: listed }
}

function inWords({ hotline, signIns, cards: all, accounts: listed }: Found): string {
  const yuan = (fen: number) => `${(fen / 100).toFixed(2)} 元`
  const lines = [
    `热线 / hotline: ${hotline.address}`,
    ...Object.entries(kindsOf(all)).flatMap(([kind, cards]) => [
      '',
      `${Object.entries(kindNames).find(([name]) => name === kind)?.[1]}:`,
      ...cards.map(card => `  ${card.serial}  密码 PIN ${card.pin}  ${yuan(card.faceValueFen)}  ${card.holder}`),
    ]),
    '',
    '户号 / accounts:',
    ...listed
      .slice(0, 12)
      .map(
        account =>
          `  ${account.accountNo}  ${account.accountName}  欠费 due ${yuan(account.dueFen)}  余额 balance ${yuan(account.balanceFen)}`,
      ),
    '',
    `登录 / sign-ins (密码 / password ${demoPassword}):`,
    ...signIns
      .filter(signIn => !signIn.name.startsWith('yl.'))
      .map(signIn => `  ${signIn.name.padEnd(14)} ${signIn.role.padEnd(18)} ${signIn.place}`),
    '',
    '全部 / all: npx dianka demo --json',
  ]
  return `${lines.join('\n')}\n`
}
