// What the demonstration data are made of: invented counties, their places and people. The same at every first start.

import type { OperatorRole } from '../domain/roles.ts'

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
}

/** Shown on the sign-in page; valid in demonstration mode only. */
export const demoPassword = 'dianka-demo-2026'

export const demoCounties: readonly DemoCounty[] = [
  {
    countyId: 1,
    code: '410123',
    name: '青河县供电公司',
    nameEn: 'Qinghe County Power Company',
    hotlineNumber: '95598',
    letters: 'qh',
    stations: [
      { code: 'S01', name: '城关供电所', nameEn: 'Chengguan station' },
      { code: 'S02', name: '柳河供电所', nameEn: 'Liuhe station' },
      { code: 'S03', name: '石桥供电所', nameEn: 'Shiqiao station' },
      { code: 'S04', name: '东岭供电所', nameEn: 'Dongling station' },
      { code: 'S05', name: '马庄供电所', nameEn: 'Mazhuang station' },
      { code: 'S06', name: '南塘供电所', nameEn: 'Nantang station' },
    ],
    sellers: [
      { code: 'H01', name: '青河营业厅', nameEn: 'Qinghe hall', station: 'S01', hall: true },
      { code: 'H02', name: '石桥营业厅', nameEn: 'Shiqiao hall', station: 'S03', hall: true },
      { code: 'P01', name: '王家小卖部', nameEn: 'Wang’s shop', station: 'S01' },
      { code: 'P02', name: '城关邮政代办', nameEn: 'Chengguan post agency', station: 'S01' },
      { code: 'P03', name: '柳河百货', nameEn: 'Liuhe store', station: 'S02' },
      { code: 'P04', name: '李家代销点', nameEn: 'Li’s agency', station: 'S02' },
      { code: 'P05', name: '石桥超市', nameEn: 'Shiqiao market', station: 'S03' },
    ],
  },
  {
    countyId: 2,
    code: '410124',
    name: '云岭县供电公司',
    nameEn: 'Yunling County Power Company',
    hotlineNumber: '95597',
    letters: 'yl',
    stations: [
      { code: 'S01', name: '云岭供电所', nameEn: 'Yunling station' },
      { code: 'S02', name: '青石供电所', nameEn: 'Qingshi station' },
    ],
    sellers: [
      { code: 'P01', name: '云岭便利店', nameEn: 'Yunling shop', station: 'S01' },
      { code: 'P02', name: '青石代销点', nameEn: 'Qingshi agency', station: 'S02' },
    ],
  },
]

export interface DemoPerson {
  suffix: string
  name: string
  role: OperatorRole
  /** A station's code, for station administrators. */
  station?: string
}

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
      station: station.code,
    })),
    { suffix: 'attendant', name: '蒋话务', role: 'hotlineAttendant' },
    { suffix: 'system', name: '沈系统', role: 'systemAdmin' },
    { suffix: 'security', name: '韩安全', role: 'securityAdmin' },
    { suffix: 'audit', name: '杨审计', role: 'auditAdmin' },
  ]
}
