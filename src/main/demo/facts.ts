// What the demonstration data are made of: invented counties, their places and people. The same at every first start.

import type { OperatorRole } from '../../domain/roles.ts'

export interface DemoPlace {
  code: string
  name: string
  nameEn: string
}

export interface DemoCounty extends DemoPlace {
  countyId: number
  hotlineNumber: string
  stations: readonly DemoPlace[]
  /** Sellers of each station; halls are marked. */
  sellers: readonly (DemoPlace & { station: string; hall?: boolean })[]
  /** Letters that begin its sign-in names. */
  letters: string
  /** Of the figures of a whole county. */
  share: 1 | 0.1
}

/** Shown on the sign-in page; valid in demonstration mode only. */
export const demoPassword = 'dianka-demo-2026'

type Named = readonly [name: string, nameEn: string]

const stationsOf = (names: readonly Named[]): DemoPlace[] =>
  names.map(([name, nameEn], place) => ({ code: `S0${place + 1}`, name: `${name}供电所`, nameEn: `${nameEn} station` }))

/** Two halls, at the first and third station; three sellers at each station, in the order of the stations. */
function sellersOf(halls: readonly [Named, Named], names: readonly Named[]) {
  const hall = ([name, nameEn]: Named, place: number, station: string) => ({
    ...{ code: `H0${place}`, name: `${name}营业厅`, nameEn: `${nameEn} hall`, station, hall: true },
  })
  return [
    hall(halls[0], 1, 'S01'),
    hall(halls[1], 2, 'S03'),
    ...names.map(([name, nameEn], place) => ({
      ...{ code: `P${String(place + 1).padStart(2, '0')}`, name, nameEn, station: `S0${1 + Math.floor(place / 3)}` },
    })),
  ]
}

export const demoCounties: readonly DemoCounty[] = [
  {
    countyId: 1,
    code: '410123',
    name: '青河县供电公司',
    nameEn: 'Qinghe County Power Company',
    hotlineNumber: '95598',
    letters: 'qh',
    share: 1,
    stations: stationsOf([
      ['城关', 'Chengguan'],
      ['柳河', 'Liuhe'],
      ['石桥', 'Shiqiao'],
      ['东岭', 'Dongling'],
      ['马庄', 'Mazhuang'],
      ['南塘', 'Nantang'],
    ]),
    sellers: sellersOf(
      [
        ['青河', 'Qinghe'],
        ['石桥', 'Shiqiao'],
      ],
      [
        ['王家小卖部', 'Wang’s shop'],
        ['城关邮政代办', 'Chengguan post agency'],
        ['东街便利店', 'East Street shop'],
        ['柳河百货', 'Liuhe store'],
        ['李家代销点', 'Li’s agency'],
        ['柳河农资店', 'Liuhe farm supplies'],
        ['石桥超市', 'Shiqiao market'],
        ['桥头商店', 'Bridge shop'],
        ['石桥邮政代办', 'Shiqiao post agency'],
        ['东岭供销社', 'Dongling co-operative'],
        ['岭上小卖部', 'Lingshang shop'],
        ['赵家代销点', 'Zhao’s agency'],
        ['马庄百货', 'Mazhuang store'],
        ['马庄粮店', 'Mazhuang grain shop'],
        ['孙家小卖部', 'Sun’s shop'],
        ['南塘超市', 'Nantang market'],
        ['塘边商店', 'Pond shop'],
        ['南塘邮政代办', 'Nantang post agency'],
      ],
    ),
  },
  {
    countyId: 2,
    code: '410124',
    name: '云岭县供电公司',
    nameEn: 'Yunling County Power Company',
    hotlineNumber: '95597',
    letters: 'yl',
    share: 0.1,
    stations: stationsOf([
      ['云岭', 'Yunling'],
      ['青石', 'Qingshi'],
      ['白沙', 'Baisha'],
      ['黄坪', 'Huangping'],
      ['松林', 'Songlin'],
      ['竹溪', 'Zhuxi'],
    ]),
    sellers: sellersOf(
      [
        ['云岭', 'Yunling'],
        ['白沙', 'Baisha'],
      ],
      [
        ['云岭便利店', 'Yunling shop'],
        ['云岭邮政代办', 'Yunling post agency'],
        ['周家小卖部', 'Zhou’s shop'],
        ['青石代销点', 'Qingshi agency'],
        ['青石百货', 'Qingshi store'],
        ['吴家代销点', 'Wu’s agency'],
        ['白沙超市', 'Baisha market'],
        ['沙河商店', 'Shahe shop'],
        ['白沙邮政代办', 'Baisha post agency'],
        ['黄坪供销社', 'Huangping co-operative'],
        ['坪上小卖部', 'Pingshang shop'],
        ['郑家代销点', 'Zheng’s agency'],
        ['松林百货', 'Songlin store'],
        ['松林粮店', 'Songlin grain shop'],
        ['冯家小卖部', 'Feng’s shop'],
        ['竹溪超市', 'Zhuxi market'],
        ['溪边商店', 'Brook shop'],
        ['竹溪邮政代办', 'Zhuxi post agency'],
      ],
    ),
  },
]

/** The city over both counties (invented), and its viewer. */
export const demoRegion = {
  ...{
    kind: 'city' as const,
    code: '410100',
    name: '安平市供电公司',
    nameEn: 'Anping City Power Company',
    parentId: null,
  },
  viewer: { signInName: 'ap.viewer', staffNo: 'AP001', name: '安上级' },
}

export interface DemoPerson {
  suffix: string
  name: string
  role: OperatorRole
  /** The code of a station, or of the seller or hall whose portal it is. */
  place?: string
}

/** The places that enter their sales to customers in the portal, with the names of their people. */
const portals = [
  ['seller', 'P01', '王老板'],
  ['hall1', 'H01', '何营业'],
  ['hall2', 'H02', '吕营业'],
] as const

/** One person for each role, two for finance so that one can check the other, and one for each station. */
export function demoPeople(county: DemoCounty): DemoPerson[] {
  return [
    { suffix: 'card', name: '赵卡管', role: 'countyCardAdmin' },
    { suffix: 'finance', name: '钱财务', role: 'countyFinance' },
    { suffix: 'finance2', name: '孙财务', role: 'countyFinance' },
    ...county.stations.map((station, place) => ({
      suffix: `station${place + 1}`,
      name: `${'周吴郑冯陈褚'[place] ?? '卫'}所管`,
      role: 'stationCardAdmin' as const,
      place: station.code,
    })),
    { suffix: 'attendant', name: '蒋话务', role: 'hotlineAttendant' },
    { suffix: 'system', name: '沈系统', role: 'systemAdmin' },
    { suffix: 'security', name: '韩安全', role: 'securityAdmin' },
    { suffix: 'audit', name: '杨审计', role: 'auditAdmin' },
    ...portals.map(([suffix, place, name]) => ({ suffix, name, role: 'sellerPortal' as const, place })),
  ]
}
