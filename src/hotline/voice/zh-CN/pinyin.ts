// Where the synthetic Mandarin voice would misread: what it is given instead. Recordings need none of this.

/** Words of prompts and units to pinyin, which the voice reads as spoken. */
export const pinyin: Readonly<Record<string, string>> = {
  重听: 'chong2ting1',
  涂层: 'tu2ceng2',
  话务员: 'hua4wu4yuan2',
  时间为: 'shi2jian1wei2',
  一十: 'yi1shi2',
  一分: 'yi4fen1',
}

/** The voice has no sound for these finals; the nearest it has is the same to the ear. */
const SPELLED = [[/iong(?=\d)/g, 'ong']] as const

/** What the voice is given for a clip. Surname clips are named by their sound. */
export function spellMandarin(clip: string, text: string): string {
  const sound = /\/surname\.(\w+)$/.exec(clip)?.[1]
  if (sound !== undefined) return SPELLED.reduce((spelled, [from, to]) => spelled.replace(from, to), sound)
  return Object.entries(pinyin).reduce((spelled, [word, syllables]) => spelled.replaceAll(word, syllables), text)
}
