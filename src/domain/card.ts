// The life of a card: six states and the table of moves; no other move exists.

/** Exactly six states. 县公司 供电所 售卡员 客户 已使 作废. */
export const cardStates = ['county', 'station', 'seller', 'customer', 'used', 'void'] as const
export type CardState = (typeof cardStates)[number]

/** States a range can be in; 已使 belongs to single cards and is told by card_use. */
export type RangeState = Exclude<CardState, 'used'>

export type HolderKind = 'county' | 'station' | 'seller' | 'hall' | 'customer' | 'account' | 'custody'

interface MoveRule {
  from: readonly RangeState[]
  to: RangeState
  /** Who may hold the cards afterwards. */
  toHolder: readonly HolderKind[]
  /** Between a station and a seller or hall of its own. */
  withinStation: boolean
  /** Expired and frozen cards may not be moved on. */
  refusesExpired: boolean
  refusesFrozen: boolean
}

const plain = { withinStation: false, refusesExpired: false, refusesFrozen: true } as const

/** Every move of cards between holders. Stock-in and recharge, which begin and end a life, have functions of their own. */
export const moves = {
  draw: { ...plain, from: ['county'], to: 'station', toHolder: ['station'], refusesExpired: true },
  stationReturn: { ...plain, from: ['station'], to: 'county', toHolder: ['county'] },
  /** Activates: from here on the card can be recharged. */
  purchase: {
    ...plain,
    from: ['station'],
    to: 'seller',
    toHolder: ['seller', 'hall'],
    withinStation: true,
    refusesExpired: true,
  },
  /** Deactivates. */
  sellerReturn: { ...plain, from: ['seller'], to: 'station', toHolder: ['station'], withinStation: true },
  sale: { ...plain, from: ['seller'], to: 'customer', toHolder: ['customer'], refusesExpired: true },
  void: {
    ...plain,
    from: ['county', 'station', 'seller', 'customer'],
    to: 'void',
    toHolder: ['custody'],
    refusesFrozen: false,
  },
} as const satisfies Record<string, MoveRule>

export type MoveKind = keyof typeof moves

export function ruleOf(kind: MoveKind): MoveRule {
  return moves[kind]
}

/** States from which a card can be recharged. */
export const activeStates: readonly RangeState[] = ['seller', 'customer']

/** States of cards that still have their money's life before them. */
export const livingStates: readonly RangeState[] = ['county', 'station', 'seller', 'customer']
