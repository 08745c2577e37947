// Contract: a serial that comes again, comes changed, comes fifty times at once, or is closed.

import { expect, test } from 'vitest'
import { instantOf, parseInstant } from '../wire/time.ts'
import { type Bench, data, options, reversalOf } from './contract-bench.ts'

export function repeats({ billing, connect, posting, post, appliedTo, admin }: Bench): void {
  test('a serial sent again is answered with its first acceptance', async () => {
    const frozen = posting()
    const first = data(await post(frozen))
    expect(data(await post(frozen))).toEqual(first)
    expect(await admin().auditOf(frozen.transactionSerial)).toMatchObject({ receiveCount: 2, applyCount: 1 })
  })

  test('a serial sent again is answered with its first refusal, though the reason is gone', async () => {
    const accountNo = '4101900002'
    await admin().setAccount({ accountNo, status: 'L' })
    const frozen = posting({ accountNo })
    expect(await post(frozen)).toMatchObject({ reason: 'accountLocked' })
    await admin().setAccount({ accountNo, status: 'N' })
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason: 'accountLocked' })
    expect(await appliedTo(frozen)).toBe(0)
  })

  test('a serial with another content is a conflict, never a refusal', async () => {
    const frozen = posting()
    await post(frozen)
    const conflict = { class: 'unknown', cause: 'serialConflict', code: '1205' }
    expect(await post({ ...frozen, amountFen: 6_000 })).toEqual(conflict)
    expect(await post({ ...frozen, accountNo: '4101000001' })).toEqual(conflict)
    expect(await billing().queryPosting({ ...frozen, amountFen: 6_000 }, options)).toEqual(conflict)
    expect(await billing().reverse(reversalOf(frozen, frozen), options)).toEqual(conflict)
    expect(await appliedTo(frozen)).toBe(1)
  })

  test('fifty postings with one serial at once move the money once', async () => {
    const frozen = posting()
    const expiresAt = instantOf((parseInstant((await admin().clock()).now) ?? 0) + 60_000)
    const wide = connect({ poolSize: 64, connectTimeoutMs: 20_000 })
    const results = await Promise.all(
      Array.from({ length: 50 }, () => wide.postRecharge(frozen, expiresAt, { timeoutMs: 30_000 })),
    )
    await wide.close()
    const refs = new Set(results.map(result => data(result).misRef))
    expect(refs.size).toBe(1)
    expect(await admin().auditOf(frozen.transactionSerial)).toMatchObject({
      receiveCount: 50,
      applyCount: 1,
      payments: 1,
    })
  })

  test('closing a serial that never came keeps it away for ever', async () => {
    const frozen = posting()
    expect(data(await billing().queryPosting(frozen, options))).toEqual({ postingState: 'notFound' })
    expect(data(await billing().closeSerial(frozen, options))).toEqual({ postingState: 'closed' })
    expect(data(await billing().closeSerial(frozen, options))).toEqual({ postingState: 'closed' })
    expect(await post(frozen)).toMatchObject({ class: 'refused', reason: 'serialClosed' })
    expect(data(await billing().queryPosting(frozen, options))).toEqual({ postingState: 'closed' })
    expect(await appliedTo(frozen)).toBe(0)
  })

  test('closing a serial that came tells what became of it', async () => {
    const [posted, refused] = [posting(), posting({ accountNo: '4101000003' })]
    const answer = data(await post(posted))
    await post(refused)
    expect(data(await billing().closeSerial(posted, options))).toEqual({ postingState: 'posted', posted: answer })
    expect(data(await billing().closeSerial(refused, options))).toMatchObject({ postingState: 'refused' })
  })

  test('a close and a posting at once: exactly one of them wins', async () => {
    for (let round = 0; round < 8; round += 1) {
      const frozen = posting()
      const [posted, closed] = await Promise.all([post(frozen), billing().closeSerial(frozen, options)])
      const won = data(closed).postingState
      expect(posted.class).toBe(won === 'closed' ? 'refused' : 'accepted')
      expect(await appliedTo(frozen)).toBe(won === 'closed' ? 0 : 1)
    }
  })
}
