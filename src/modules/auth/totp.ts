// One's own one-time codes: enrolled by password, in force once a first code was right, taken away by password and code.

import { sql } from 'kysely'
import { z } from 'zod'
import { newTotpSecret, stepOfCode } from '../../domain/one-time-code.ts'
import { lockOwn } from '../../domain/operator.ts'
import { keepWrongPasswords, ownPassword } from '../../domain/operator-check.ts'
import { everyone } from '../../domain/roles.ts'
import { command } from '../../domain/services.ts'
import type { Tx } from '../../kernel/db.ts'
import { secret } from '../../kernel/redact.ts'
import { refuse } from '../../kernel/refusal.ts'
import { endSessions } from '../../kernel/session.ts'

const ownPasswordText = secret(z.string().min(1).max(200))
const code = secret(z.string().regex(/^\d{6}$/))

type Change = { totpSecret?: Buffer | null; totpConfirmedAt?: Date | null; totpLastStep?: number | null }
const noCodes: Change = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null }

export const totp = command({
  roles: everyone,
  answersSecret: true,
  input: z.discriminatedUnion('action', [
    z.strictObject({ action: z.literal('enrol'), password: ownPasswordText }),
    z.strictObject({ action: z.literal('confirm'), code }),
    z.strictObject({ action: z.literal('disable'), password: ownPasswordText, code }),
  ]),
  output: z.object({
    outcome: z.enum(['enrolled', 'on', 'off', 'wrong', 'locked', 'wrongCode']),
    secret: z.string().optional(),
    uri: z.string().optional(),
  }),
  async run({ tx, actor, services, now }, input) {
    const own = await lockOwn(tx, actor)
    if (input.action !== 'confirm') {
      const checked = await ownPassword(tx, own, input.password)
      if (checked !== 'right') return { outcome: checked }
    }
    if (input.action === 'enrol') {
      if (own.totpConfirmedAt) refuse('totpOn')
      const { secret: typed, uri, encrypted } = newTotpSecret(services.signInKey, own)
      await change(tx, own, { ...noCodes, totpSecret: encrypted })
      return { outcome: 'enrolled' as const, secret: typed, uri }
    }
    if (!own.totpSecret) refuse('totpNotEnrolled')
    if (own.lockedUntil && own.lockedUntil.getTime() > Date.now()) return { outcome: 'locked' as const }
    const step = stepOfCode(services.signInKey, own, input.code, now)
    if (step === null) {
      await keepWrongPasswords(tx, own, own.wrongPasswords + 1)
      return { outcome: 'wrongCode' as const }
    }
    if (input.action === 'confirm') {
      if (own.totpConfirmedAt) refuse('totpOn')
      await change(tx, own, { totpConfirmedAt: now, totpLastStep: step })
      await endSessions(tx, own, actor.sessionHash)
      return { outcome: 'on' as const }
    }
    await change(tx, own, noCodes)
    return { outcome: 'off' as const }
  },
})

async function change(tx: Tx, { countyId, operatorId }: { countyId: number; operatorId: number }, set: Change) {
  await tx
    .updateTable('operator')
    .set({ ...set, wrongPasswords: sql<number>`0` })
    .where('countyId', '=', countyId)
    .where('operatorId', '=', operatorId)
    .execute()
}
