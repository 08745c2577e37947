// Which county a called number belongs to.

import type { Database } from '../kernel/db.ts'

export interface CountyNumbers {
  countyOf(called: string): { countyId: number; language: 'zh-CN' | 'en-US' } | null
  /** The number of the first county, for the line that says how to call. */
  first: string | null
}

const refreshMs = 10_000

/** Reads the numbers, and again from time to time, so that a new county is reachable without a restart. */
export async function countyByNumber(db: Database): Promise<CountyNumbers> {
  const read = () =>
    db
      .selectFrom('county')
      .select(['countyId', 'hotlineNumber'])
      .where('countyId', '>', 0)
      .orderBy('countyId')
      .execute()
  let counties = await read()
  setInterval(() => {
    read().then(
      found => {
        counties = found
      },
      () => undefined,
    )
  }, refreshMs).unref()
  return {
    countyOf(called) {
      const found =
        counties.find(county => county.hotlineNumber === called) ?? (counties.length === 1 ? counties[0] : undefined)
      return found ? { countyId: found.countyId, language: 'zh-CN' } : null
    },
    first: counties[0]?.hotlineNumber ?? null,
  }
}
