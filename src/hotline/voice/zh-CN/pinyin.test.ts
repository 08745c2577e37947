// What the synthetic Mandarin voice really says for words that are easily misread, compared by phonemes.
import { expect, test } from 'vitest'
import { clipCatalog } from '../catalog.ts'
import { spelledText } from '../check-prompts.ts'
import { phonemes, syntheticVoices } from '../synthesis.ts'
import { pinyin, spellMandarin } from './pinyin.ts'

const { voice } = syntheticVoices['zh-CN']
const catalog = clipCatalog('zh-CN')

const critical: Readonly<Record<string, string>> = {
  重听: 'chong2 ting1',
  重新: 'chong2 xin1',
  重复: 'chong2 fu4',
  银行: 'yin2 hang2',
  户号: 'hu4 hao4',
  卡号: 'ka3 hao4',
  充值: 'chong1 zhi2',
  缴费: 'jiao3 fei4',
  应缴: 'ying1 jiao3',
  余额: 'yu2 e2',
  转人工: 'zhuan3 ren2 gong1',
  主菜单: 'zhu3 cai4 dan1',
  查询: 'cha2 xun2',
  处理: 'chu3 li3',
  售卡处: 'shou4 ka3 chu4',
  位数: 'wei4 shu4',
  将在: 'jiang1 zai4',
  还在: 'hai2 zai4',
  更新: 'geng1 xin1',
  供电: 'gong1 dian4',
  复电: 'fu4 dian4',
  涂层: 'tu2 ceng2',
  服务时间为: 'fu2 wu4 shi2 jian1 wei2',
  正在为您: 'zheng4 zai4 wei4 nin2',
  话务员: 'hua4 wu4 yuan2',
  一百: 'yi4 bai3',
  一千: 'yi4 qian1',
  一万: 'yi2 wan4',
  一亿: 'yi2 yi4',
  一元: 'yi4 yuan2',
  一分: 'yi4 fen1',
  一十: 'yi1 shi2',
  两: 'liang3',
  幺: 'yao1',
}

test('critical words are said as people say them', async () => {
  const words = Object.keys(critical)
  const said = await phonemes(
    voice,
    words.map(word => spellMandarin('zh-CN/some', word)),
  )
  const meant = await phonemes(voice, Object.values(critical))
  expect(Object.fromEntries(words.map((word, i) => [word, said[i]]))).toEqual(
    Object.fromEntries(words.map((word, i) => [word, meant[i]])),
  )
})

test('every critical and every corrected word is in use', () => {
  const texts = catalog.map(entry => entry.text).join('\n')
  expect([...Object.keys(critical), ...Object.keys(pinyin)].filter(word => !texts.includes(word))).toEqual([])
})

test('a correction that the voice no longer needs is noticed', async () => {
  const words = Object.keys(pinyin)
  const uncorrected = await phonemes(voice, words)
  const corrected = await phonemes(voice, Object.values(pinyin))
  expect(words.filter((_, i) => uncorrected[i] === corrected[i])).toEqual([])
})

test('surnames are said in their own sound, not in that of the everyday word', async () => {
  const surnames = ['曾zeng1', '单shan4', '仇qiu2', '任ren2', '查zha1', '华hua4', '翟zhai2', '尉迟yu4chi2', '王wang2']
  const clips = new Map(catalog.map(entry => [entry.clip, entry]))
  const sounds = surnames.map(name => name.replace(/[^a-z0-9]/g, ''))
  const entries = sounds.map(sound => clips.get(`zh-CN/surname.${sound}`)).filter(entry => entry !== undefined)
  expect(entries).toHaveLength(surnames.length)
  const said = await phonemes(
    voice,
    entries.map(entry => spelledText('zh-CN', entry)),
  )
  expect(said).toEqual(await phonemes(voice, sounds))
})

test('nothing falls back to another language', async () => {
  const said = await phonemes(
    voice,
    catalog.map(entry => spelledText('zh-CN', entry)),
  )
  // The voice marks a change of language in brackets, which is how it shows a syllable it does not know.
  expect(catalog.filter((_, i) => said[i]?.includes('(') ?? true).map(entry => entry.clip)).toEqual([])
  expect(await phonemes(voice, ['xiong2'])).toEqual([expect.stringContaining('(')])
})
