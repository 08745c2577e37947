// What every connector must show against the reference billing system: operations, refusals, repeats, and each fault.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BillingConnector, ConnectorSettings, FrozenPosting } from './connector.ts'
import { data, options } from './connectors/contract-bench.ts'
import { silences, wrongAnswers } from './connectors/contract-faults.ts'
import { postings, reads } from './connectors/contract-operations.ts'
import { accountRefusals, messageRefusals } from './connectors/contract-refusals.ts'
import { repeats } from './connectors/contract-repeats.ts'
import type { MisAdmin } from './simulator/admin-client.ts'
import { instantOf, parseInstant } from './wire/time.ts'

/** Makes a fresh connector, whose alarms are added to the list. */
export type MakeConnector = (alarms: string[], changes?: Partial<ConnectorSettings>) => BillingConnector

let lastSerial = Date.now() % 1_000_000_000

export function connectorContract(name: string, makeConnector: MakeConnector, admin: () => MisAdmin): void {
  describe(`${name}: what every connector does`, () => {
    const alarms: string[] = []
    let billing: BillingConnector
    let acctDate = ''

    beforeAll(async () => {
      await admin().reset()
      billing = makeConnector(alarms)
      const heartbeat = data(await billing.heartbeat(options))
      acctDate = heartbeat.acctDate
    })
    afterAll(() => billing.close())

    const posting = (changes: Partial<FrozenPosting> = {}): FrozenPosting => {
      lastSerial += 1
      const transactionSerial = `410123${acctDate}${String(lastSerial).padStart(10, '0')}`
      const common = {
        accountNo: '4101000002',
        amountFen: 5_000,
        acctDate,
        cardTail: '0042',
        channelKind: 'voice',
      } as const
      return { transactionSerial, ...common, ...changes }
    }
    const expiry = async () => instantOf((parseInstant((await admin().clock()).now) ?? 0) + 60_000)
    const post = async (frozen: FrozenPosting, call = options) => billing.postRecharge(frozen, await expiry(), call)
    const appliedTo = async ({ transactionSerial }: FrozenPosting) =>
      (await admin().auditOf(transactionSerial))?.applyCount ?? 0

    const connect = (changes: Partial<ConnectorSettings>) => makeConnector(alarms, changes)
    const bench = { billing: () => billing, connect, posting, post, appliedTo, admin }
    reads(bench)
    postings(bench)
    accountRefusals(bench)
    messageRefusals(bench)
    repeats(bench)
    silences(bench)
    wrongAnswers(bench, alarms)

    test('the books of the billing system are right at the end', async () => {
      const { invariants, serials, totals } = await admin().audit()
      expect(serials.length).toBeGreaterThan(20)
      expect(invariants.appliedOnce).toEqual({ holds: true, breaches: [] })
      expect(invariants.moneyMoved).toEqual({ holds: true, breaches: [] })
      expect(totals.movedFen).toBe(totals.postedFen - totals.reversedFen)
    })
  })
}
