// Where the synthetic English voice would misread: what it is given instead. Recordings need none of this.

const spellings: Readonly<Record<string, string>> = { yuan: 'yuahn' }

export function spellEnglish(_clip: string, text: string): string {
  return Object.entries(spellings).reduce(
    (spelled, [word, sound]) => spelled.replace(new RegExp(`\\b${word}\\b`, 'g'), sound),
    text,
  )
}
