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
  for (const range of [...ranges].sort((a, b) => a.firstSerial - b.firstSerial)) {
    const last = joined.at(-1)
    if (last && range.firstSerial <= last.lastSerial + 1) last.lastSerial = Math.max(last.lastSerial, range.lastSerial)
    else joined.push({ ...range })
  }
  return joined
}

/** What of `ranges` is not in `holes`. */
export function subtractRanges(ranges: readonly SerialRange[], holes: readonly SerialRange[]): SerialRange[] {
  let left = joinRanges(ranges)
  for (const hole of joinRanges(holes)) {
    left = left.flatMap(range => {
      if (hole.lastSerial < range.firstSerial || hole.firstSerial > range.lastSerial) return [range]
      const pieces: SerialRange[] = []
      if (hole.firstSerial > range.firstSerial)
        pieces.push({ firstSerial: range.firstSerial, lastSerial: hole.firstSerial - 1 })
      if (hole.lastSerial < range.lastSerial)
        pieces.push({ firstSerial: hole.lastSerial + 1, lastSerial: range.lastSerial })
      return pieces
    })
  }
  return left
}

/** Whether two of the ranges share a card. */
export function overlapping(ranges: readonly SerialRange[]): boolean {
  return totalQuantity(joinRanges(ranges)) !== totalQuantity(ranges)
}

/** Folds sorted single serials into ranges, one after another, holding only the open one. */
export function createFolder(emit: (range: SerialRange) => void): { add(serial: number): void; end(): void } {
  let open: SerialRange | null = null
  return {
    add(serial) {
      if (open && serial === open.lastSerial + 1) open.lastSerial = serial
      else {
        if (open) emit(open)
        open = { firstSerial: serial, lastSerial: serial }
      }
    },
    end() {
      if (open) emit(open)
      open = null
    },
  }
}
