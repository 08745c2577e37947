// Accepts a recharge: in one transaction the card is held, the recharge and its posting are written.

import { sql } from 'kysely'
import { z } from 'zod'
import { accountNo, transactionSerial } from '../../domain/forms.ts'
import { type AcceptAnswer, type AcceptItem, acceptRecharges } from '../../domain/recharge.ts'
import { readSerial } from '../../domain/serial.ts'
import { command, type Services } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { masked, secret } from '../../kernel/redact.ts'
import { Refusal } from '../../kernel/refusal.ts'

const input = z.strictObject({
  serial: masked(z.string().max(30), 'serial'),
  pin: secret(z.string().regex(/^\d{1,20}$/)),
  accountNo,
  channel: z.enum(['voice', 'sms', 'web', 'desk']),
  caller: masked(z.string().max(30), 'phone').nullable(),
  callId: z.string().max(100).nullable(),
})

const output = z.object({
  rechargeId: z.int(),
  transactionSerial,
  amountFen: z.int(),
  /** The lease under which whoever accepted may send the posting at once. */
  leaseToken: z.int(),
})

type Asked = { countyId: number; input: z.output<typeof input> }

export const accept = command({
  roles: ['hotline'],
  input,
  output,
  async run({ tx, countyId, services }, asked) {
    const [answer] = await acceptMany(tx, services, [{ countyId, input: asked }])
    if (answer instanceof Refusal) throw answer
    if (!answer) throw new Error('one item has one answer')
    return answer
  },
  runMany: ({ tx, services }, items) =>
    acceptMany(
      tx,
      services,
      items.map(item => ({ countyId: item.context.countyId, input: item.input })),
    ),
})

async function acceptMany(
  tx: Tx,
  services: Services,
  asked: readonly Asked[],
): Promise<(z.input<typeof output> | Refusal)[]> {
  const keys = await pinKeys(tx, asked)
  const items = asked.map(({ countyId, input: { serial, pin, ...rest } }): AcceptItem => {
    const stored = readSerial(serial)?.stored ?? -1
    const pinMac = services.pins.digest(
      keys.get(`${countyId} ${stored}`) ?? services.pins.currentKey,
      Math.max(stored, 0),
      pin,
    )
    return { countyId, serial: stored, pinMac, ...rest }
  })
  const { node, times, limits } = services
  const answers = await acceptRecharges(tx, items, { node, leaseMs: times.leaseMs, limits })
  return answers.map(resultOf)
}

function resultOf(answer: AcceptAnswer): z.input<typeof output> | Refusal {
  const { rechargeId, transactionSerial, faceValueFen, leaseToken } = answer
  if (rechargeId === null || transactionSerial === null || faceValueFen === null || leaseToken === null) {
    return new Refusal(`card.${answer.code}`)
  }
  return { rechargeId, transactionSerial, amountFen: faceValueFen, leaseToken }
}

/** The names of the PIN keys by county and serial. */
async function pinKeys(tx: Tx, asked: readonly Asked[]): Promise<ReadonlyMap<string, string>> {
  const serials = asked.map(({ input: { serial } }) => readSerial(serial)?.stored ?? -1)
  const { rows } = await sql<{ countyId: number; serial: number; pinKey: string }>`
    select c.county_id, c.serial, b.pin_key from unnest(${asked.map(a => a.countyId)}::smallint[], ${serials}::bigint[]) w(county_id, serial)
    join card c using (county_id, serial) join batch b on b.county_id = c.county_id and b.batch_id = c.batch_id`.execute(
    tx,
  )
  return new Map(rows.map(row => [`${row.countyId} ${row.serial}`, row.pinKey]))
}
