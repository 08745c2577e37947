// A caller shows serial and PIN: takes a try, compares, and says the card's condition only when both are right.

import { sql } from 'kysely'
import { z } from 'zod'
import { instant } from '../../domain/forms.ts'
import { readSerial } from '../../domain/serial.ts'
import { command } from '../../domain/services.ts'
import { masked, secret } from '../../kernel/redact.ts'

export const cardConditions = [
  'ok',
  'badSerial',
  'badCard',
  'callerLocked',
  'withheldClosed',
  'cardLocked',
  'inactive',
  'frozen',
  'expired',
  'void',
  'inUse',
  'used',
] as const

interface Checked {
  code: (typeof cardConditions)[number]
  faceValueFen: number | null
  expiresOn: string | null
  usedAt: Date | null
  usedAccountTail: string | null
}

export const check = command({
  roles: ['hotline'],
  input: z.strictObject({
    /** As keyed; a wrong check digit answers badSerial and costs no try. */
    serial: masked(z.string().max(30), 'serial'),
    pin: secret(z.string().regex(/^\d{1,20}$/)),
    caller: masked(z.string().max(30), 'phone').nullable(),
  }),
  output: z.object({
    condition: z.enum(cardConditions),
    faceValueFen: z.int().nullable(),
    expiresOn: z.string().nullable(),
    usedAt: instant.nullable(),
    usedAccountTail: z.string().nullable(),
  }),
  async run({ tx, countyId, services }, { serial, pin, caller }) {
    const known = readSerial(serial)
    if (!known || known.countyId !== countyId) {
      const condition = known ? ('badCard' as const) : ('badSerial' as const)
      return { condition, faceValueFen: null, expiresOn: null, usedAt: null, usedAccountTail: null }
    }
    const { limits, pins } = services
    const key = await tx
      .selectFrom('card')
      .innerJoin('batch', join =>
        join.onRef('batch.countyId', '=', 'card.countyId').onRef('batch.batchId', '=', 'card.batchId'),
      )
      .select('batch.pinKey')
      .where('card.countyId', '=', countyId)
      .where('card.serial', '=', known.stored)
      .executeTakeFirst()
    const pinMac = pins.digest(key?.pinKey ?? pins.currentKey, known.stored, pin)
    const { rows } = await sql<Checked>`
      select * from check_card(${countyId}::smallint, ${caller}, ${known.stored}, ${pinMac},
        ${limits.wrongPinsPerCaller}, ${interval(limits.callerLockMs)}, ${limits.wrongPinsWithheld},
        ${interval(limits.withheldWindowMs)}, ${limits.wrongPinsPerCard})`.execute(tx)
    const row = rows[0]
    if (!row) throw new Error('check_card answers')
    const { code, ...facts } = row
    return {
      condition: code,
      faceValueFen: facts.faceValueFen,
      expiresOn: facts.expiresOn,
      usedAt: facts.usedAt,
      usedAccountTail: facts.usedAccountTail,
    }
  },
})

const interval = (ms: number) => sql`${`${ms} milliseconds`}::interval`
