// How much there is of everything: the figures of the demonstration, for a whole county and for one a tenth of its size.

/** A batch: the day it is registered, its cards, and how many of them were rejected at stock-in. */
export interface BatchVolume {
  day: number
  faceValueFen: number
  quantity: number
  rejected: number
  /** Made, and not yet back from the manufacturer. */
  away?: boolean
}

export interface FaceVolume {
  faceValueFen: number
  /** Cards recharged with success. */
  used: number
  /** Towards what stocks grow by today. */
  atStations: number
  atSellers: number
  withCustomers: number
  void: number
}

export interface Volume {
  batches: readonly BatchVolume[]
  faces: readonly FaceVolume[]
  calls: number
  failed: number
  doubtful: number
  owed: number
  /** Cards a station draws, a seller buys, in multiples of. */
  drawStep: number
  purchaseStep: number
  /** Of a seller that buys on credit. */
  creditLimitFen: number
}

const batches = [
  [0, 5_000, 7_000, 60],
  [0, 10_000, 8_000, 80],
  [0, 20_000, 5_000, 50],
  [0, 50_000, 2_000, 20],
  [44, 5_000, 6_000, 60],
  [45, 10_000, 8_000, 80],
  [46, 20_000, 5_000, 50],
  [47, 50_000, 2_000, 20],
  [96, 5_000, 5_000, 60],
  [97, 10_000, 6_500, 70],
  [98, 20_000, 5_000, 50],
] as const

/** `share` 1 for 60,000 numbers, 0.1 for 6,000. */
export function volumeOf(share: 1 | 0.1): Volume {
  const part = (whole: number) => Math.round(whole * share)
  const face = (faceValueFen: number, used: number, ...[stations, sellers, customers, dead]: number[]) => ({
    faceValueFen,
    used: part(used),
    atStations: part(stations ?? 0),
    atSellers: part(sellers ?? 0),
    withCustomers: part(customers ?? 0),
    void: part(dead ?? 0),
  })
  return {
    batches: [
      ...batches.map(([day, faceValueFen, quantity, rejected]) => ({
        ...{ day, faceValueFen, quantity: part(quantity), rejected: part(rejected) },
      })),
      { day: 172, faceValueFen: 50_000, quantity: part(500), rejected: 0, away: true },
    ],
    faces: [
      face(5_000, 4_600, 4_200, 2_800, 800, 150),
      face(10_000, 5_900, 5_400, 3_300, 900, 180),
      face(20_000, 3_500, 3_500, 2_200, 600, 120),
      face(50_000, 900, 900, 700, 200, 50),
    ],
    calls: part(21_000),
    failed: Math.max(2, part(12)),
    doubtful: Math.max(1, part(3)),
    owed: Math.max(1, part(5)),
    drawStep: share === 1 ? 100 : 5,
    purchaseStep: share === 1 ? 10 : 2,
    creditLimitFen: part(2_000_000),
  }
}
