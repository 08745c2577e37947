// Ranges of card serials (号段): inclusive at both ends, as stored (without check digit).

export interface SerialRange {
  firstSerial: number
  lastSerial: number
}

export function quantityOf(range: SerialRange): number {
  return range.lastSerial - range.firstSerial + 1
}

export function totalQuantity(ranges: readonly SerialRange[]): number {
  return ranges.reduce((sum, range) => sum + quantityOf(range), 0)
}

/** Sorted, with touching and overlapping ranges joined. */
export function joinRanges(ranges: readonly SerialRange[]): SerialRange[] {
  const joined: SerialRange[] = []
  for (const { firstSerial, lastSerial } of sorted(ranges)) {
    const last = joined.at(-1)
    if (last && firstSerial <= last.lastSerial + 1) last.lastSerial = Math.max(last.lastSerial, lastSerial)
    else joined.push({ firstSerial, lastSerial })
  }
  return joined
}

/** What of `ranges` is not in `holes`, joined; one walk over both. */
export function subtractRanges(ranges: readonly SerialRange[], holes: readonly SerialRange[]): SerialRange[] {
  const joinedHoles = joinRanges(holes)
  const left: SerialRange[] = []
  let place = 0
  for (const range of joinRanges(ranges)) {
    let next = range.firstSerial
    while ((joinedHoles[place]?.lastSerial ?? Number.POSITIVE_INFINITY) < range.firstSerial) place += 1
    for (let at = place; ; at += 1) {
      const hole = joinedHoles[at]
      if (!hole || hole.firstSerial > range.lastSerial) break
      if (hole.firstSerial > next) left.push({ firstSerial: next, lastSerial: hole.firstSerial - 1 })
      next = hole.lastSerial + 1
    }
    if (next <= range.lastSerial) left.push({ firstSerial: next, lastSerial: range.lastSerial })
  }
  return left
}

/** What a range has in common with joined ranges, in order. */
export function commonRanges(range: SerialRange, joined: readonly SerialRange[]): SerialRange[] {
  return joined.flatMap(other => {
    const firstSerial = Math.max(range.firstSerial, other.firstSerial)
    const lastSerial = Math.min(range.lastSerial, other.lastSerial)
    return firstSerial <= lastSerial ? [{ firstSerial, lastSerial }] : []
  })
}

/** The cards that two of the ranges share, joined. */
export function sharedRanges(ranges: readonly SerialRange[]): SerialRange[] {
  const shared: SerialRange[] = []
  let reached = Number.NEGATIVE_INFINITY
  for (const { firstSerial, lastSerial } of sorted(ranges)) {
    if (firstSerial <= reached) shared.push({ firstSerial, lastSerial: Math.min(lastSerial, reached) })
    reached = Math.max(reached, lastSerial)
  }
  return joinRanges(shared)
}

function sorted(ranges: readonly SerialRange[]): SerialRange[] {
  return [...ranges].sort((a, b) => a.firstSerial - b.firstSerial)
}
