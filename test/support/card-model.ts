// Cards as plain objects with the rules of their life written down a second time: what the database is compared with.

export type Kind = 'county' | 'station' | 'seller' | 'hall' | 'customer' | 'account' | 'custody'

export interface ModelHolder {
  id: number
  kind: Kind
  /** The station of a seller or hall. */
  parent: number | null
}

export interface ModelCard {
  serial: number
  batchId: number
  face: number
  expired: boolean
  /** Null until it is stocked in; rejected is the end. */
  state: null | 'rejected' | 'county' | 'station' | 'seller' | 'customer' | 'void'
  holder: number
  transit: number | null
  claim: number | null
  /** Documents that freeze it. */
  freezes: readonly number[]
  use: null | 'held' | 'used'
}

/** from → to, whose hands it may come into, and whether it happens between a station and its own. */
const moves = {
  draw: { from: ['county'], to: 'station', hands: ['station'], own: false, onward: true },
  stationReturn: { from: ['station'], to: 'county', hands: ['county'], own: false, onward: false },
  purchase: { from: ['station'], to: 'seller', hands: ['seller', 'hall'], own: true, onward: true },
  sellerReturn: { from: ['seller'], to: 'station', hands: ['station'], own: true, onward: false },
  sale: { from: ['seller'], to: 'customer', hands: ['customer'], own: false, onward: true },
  void: {
    from: ['county', 'station', 'seller', 'customer'],
    to: 'void',
    hands: ['custody'],
    own: false,
    onward: false,
  },
} as const

export type MoveName = keyof typeof moves
export const moveNames: readonly MoveName[] = ['draw', 'stationReturn', 'purchase', 'sellerReturn', 'sale', 'void']

export interface ModelMove {
  kind: MoveName
  /** Places in the list of cards, both ends included. */
  ranges: readonly [first: number, last: number][]
  from: ModelHolder
  to: ModelHolder
  documentId: number
  inTransit: boolean
  /** The document under which all of the cards are in transit; null: none of them may be. */
  leaves: number | null
}

export class CardModel {
  readonly cards: ModelCard[]
  constructor(cards: ModelCard[]) {
    this.cards = cards
  }

  /** The cards of the ranges; null where a place has no card or is named twice. */
  pick(ranges: readonly [number, number][]): ModelCard[] | null {
    const places = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n))
    const cards = places.flatMap(place => this.cards[place] ?? [])
    return new Set(places).size === places.length && cards.length === places.length ? cards : null
  }

  /** Does the move when it is legal; says whether it did. */
  move({ kind, ranges, from, to, documentId, inTransit, leaves }: ModelMove): boolean {
    const rule = moves[kind]
    const cards = this.pick(ranges)
    if (!cards || !rule.hands.some(hands => hands === to.kind)) return false
    if (rule.own && from.parent !== to.id && to.parent !== from.id) return false
    const legal = cards.every(
      card =>
        rule.from.some(state => state === card.state) &&
        card.holder === from.id &&
        card.transit === leaves &&
        card.use === null &&
        (card.claim === null || card.claim === documentId) &&
        (kind === 'void' || card.freezes.length === 0) &&
        !(rule.onward && card.expired),
    )
    if (!legal) return false
    for (const card of cards) {
      card.state = rule.to
      card.holder = to.id
      card.transit = inTransit ? documentId : null
    }
    return true
  }

  admit(admitted: readonly [number, number][], rejected: readonly [number, number][], batchId: number, county: number) {
    const all = this.pick([...admitted, ...rejected])
    if (!all?.every(card => card.state === null && card.batchId === batchId)) return false
    for (const card of this.pick(admitted) ?? []) Object.assign(card, { state: 'county', holder: county })
    for (const card of this.pick(rejected) ?? []) card.state = 'rejected'
    return true
  }

  accept(ranges: readonly [number, number][], station: number, documentId: number): boolean {
    const cards = this.pick(ranges)
    if (!cards?.every(card => card.transit === documentId && card.holder === station)) return false
    for (const card of cards) card.transit = null
    return true
  }

  hold(place: number): boolean {
    const card = this.cards[place]
    const active = card && (card.state === 'seller' || card.state === 'customer')
    if (!active || card.freezes.length > 0 || card.expired || card.use !== null) return false
    card.use = 'held'
    return true
  }

  settle(place: number, works: boolean): boolean {
    const card = this.cards[place]
    if (card?.use !== 'held') return false
    card.use = works ? 'used' : null
    return true
  }

  /** The document claims these cards and no others. */
  claim(range: readonly [number, number], documentId: number): boolean {
    const cards = this.cards.slice(range[0], range[1] + 1)
    if (cards.some(card => card.claim !== null && card.claim !== documentId)) return false
    for (const card of this.cards) if (card.claim === documentId) card.claim = null
    for (const card of cards) card.claim = documentId
    return true
  }

  freeze(range: readonly [number, number], documentId: number): boolean {
    for (const card of this.cards.slice(range[0], range[1] + 1)) card.freezes = [...card.freezes, documentId]
    return true
  }

  thaw(documentId: number): boolean {
    for (const card of this.cards) card.freezes = card.freezes.filter(by => by !== documentId)
    return true
  }

  copy(): CardModel {
    return new CardModel(this.cards.map(card => ({ ...card })))
  }
}
