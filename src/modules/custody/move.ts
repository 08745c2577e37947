// Finance moves cards of the custody register to another place or keeper (移动保管); both keepers are named.

import { z } from 'zod'
import { custodyPlace, lockKept, moveCustody } from '../../domain/custody.ts'
import { operatorOf } from '../../domain/document.ts'
import { printedRanges, storedRanges } from '../../domain/document-forms.ts'
import { person, samePerson } from '../../domain/persons.ts'
import { totalQuantity } from '../../domain/range.ts'
import { command } from '../../domain/services.ts'
import { refuse } from '../../kernel/refusal.ts'

export const move = command({
  roles: ['countyFinance'],
  input: z.strictObject({ ranges: printedRanges, fromKeeper: person, ...custodyPlace.shape }),
  output: z.object({ eventId: z.int(), quantity: z.int() }),
  async run({ tx, actor, countyId, now }, { ranges, fromKeeper, ...place }) {
    const kept = await lockKept(tx, countyId, storedRanges(ranges, countyId))
    const other = kept.find(({ keeper, keeperNo }) => !samePerson({ name: keeper, staffNo: keeperNo }, fromKeeper))
    if (other) refuse('wrongKeeper', { keeper: other.keeper, staffNo: other.keeperNo })
    const eventId = await moveCustody(tx, { countyId, operatorId: operatorOf(actor), at: now }, kept, place)
    return { eventId, quantity: totalQuantity(kept) }
  },
})
