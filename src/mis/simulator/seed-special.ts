// The accounts with fixed numbers that tests and demonstrations rely on, one for each case worth showing.

import type { SeedAccount } from './seed-data.ts'

interface Special {
  accountNo: string
  differs: Partial<SeedAccount>
  /** Unpaid, oldest first: amount and late fee in fen. */
  bills: readonly (readonly [number, number])[]
  /** Earlier payments. */
  payments: number
}

export const special: readonly Special[] = [
  // Normal, three bills due.
  {
    accountNo: '4101000001',
    differs: { name: '王建国' },
    bills: [
      [8_640, 120],
      [9_215, 45],
      [7_890, 0],
    ],
    payments: 25,
  },
  // No arrears.
  { accountNo: '4101000002', differs: { name: '李秀英', balance_fen: 12_530 }, bills: [], payments: 3 },
  { accountNo: '4101000003', differs: { name: '张志强', status: 'C' }, bills: [], payments: 2 },
  { accountNo: '4101000004', differs: { name: '刘桂兰', status: 'L' }, bills: [[6_420, 0]], payments: 2 },
  { accountNo: '4101000005', differs: { name: '陈海燕', status: 'K' }, bills: [], payments: 0 },
  // Takes the whole of what is due (380.00) and nothing less.
  {
    accountNo: '4101000006',
    differs: { name: '石桥粮油加工厂', partial_ok: false },
    bills: [
      [20_000, 0],
      [18_000, 0],
    ],
    payments: 1,
  },
  {
    accountNo: '4101000007',
    differs: { name: '杨玉梅', disconnected: true },
    bills: [
      [5_430, 210],
      [6_105, 60],
    ],
    payments: 1,
  },
  // Characters that GBK does not hold.
  { accountNo: '4101000008', differs: { name: '㛃𠮷㑇', address: '𡊄村2组8号' }, bills: [[4_550, 0]], payments: 1 },
  // A name of 60 bytes in GBK.
  {
    accountNo: '4101000009',
    differs: { name: '石桥镇农村合作经济组织联合会水利灌溉服务站第三抽水机房管理处' },
    bills: [[15_260, 0]],
    payments: 1,
  },
  // Takes 100.00 at most.
  { accountNo: '4101000010', differs: { name: '赵国庆', max_fen: 10_000 }, bills: [[4_560, 0]], payments: 1 },
  // A leading zero.
  { accountNo: '0101000011', differs: { name: '黄春花' }, bills: [[3_980, 0]], payments: 1 },
  // Thirteen digits.
  {
    accountNo: '4101000000012',
    differs: { name: '周长林' },
    bills: [
      [7_025, 15],
      [6_840, 0],
    ],
    payments: 1,
  },
]
