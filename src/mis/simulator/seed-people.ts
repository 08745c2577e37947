// Names and addresses for invented customers.

import type { Random } from './random.ts'

const surnames = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '赵',
  '黄',
  '周',
  '吴',
  '徐',
  '孙',
  '马',
  '朱',
  '胡',
  '郭',
  '何',
  '高',
] as const
const given = [
  ...['建国', '秀英', '志强', '桂兰', '海燕', '玉梅', '国庆', '春花', '长林', '红霞', '新民', '玉珍', '文博', '雪莲'],
  ...['永福', '金凤', '德胜', '淑华', '铁柱', '小芳', '占军', '改焕', '喜旺', '翠平', '保山', '爱莲', '全有', '麦香'],
] as const
const villages = [
  '东关',
  '西关',
  '柳河',
  '大槐树',
  '石桥',
  '双井',
  '马寨',
  '南岗',
  '北刘庄',
  '杏花营',
  '三官庙',
  '七里店',
] as const
export const orgs = [
  ['410101', '城关供电所'],
  ['410102', '柳河供电所'],
  ['410103', '石桥供电所'],
  ['410104', '马寨供电所'],
] as const

export function inventName(random: Random): string {
  return random.pick(surnames) + random.pick(given)
}

export function inventAddress(random: Random): string {
  return `${random.pick(villages)}村${1 + random.whole(18)}组${1 + random.whole(160)}号`
}
