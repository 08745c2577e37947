// The money between stations and their sellers: how purchases are paid, what is repaid and refunded, never beyond a limit.

import type { Person, PlanDocument } from './ledger.ts'
import { nth, type Setting } from './setting.ts'

export interface PlanEntry {
  holderId: number
  ms: number
  kind: 'purchase' | 'refund' | 'repayment'
  method: 'cash' | 'transfer' | 'credit' | 'offset'
  document: PlanDocument | null
  amountFen: number
  owedFen: number
  paidFen: number
  reference: string
  person: Person
}

export interface Standing {
  creditLimitFen: number
  owedFen: number
  paidFen: number
}

export type Money = ReturnType<typeof createMoney>

/** Every third seller buys on credit, halls by transfer, the others in cash. */
export function createMoney(setting: Setting) {
  const { outlets, volume, random } = setting
  const entries: PlanEntry[] = []
  const standings: Standing[] = outlets.map((outlet, place) => ({
    creditLimitFen: outlet.kind === 'seller' && place % 3 === 0 ? volume.creditLimitFen : 0,
    owedFen: 0,
    paidFen: 0,
  }))

  function write(place: number, entry: Omit<PlanEntry, 'holderId'>): void {
    const standing = nth(standings, place)
    standing.owedFen += entry.owedFen
    standing.paidFen += entry.paidFen
    const beyond = entry.method === 'credit' && standing.owedFen > standing.creditLimitFen
    if (beyond || standing.owedFen < 0 || standing.paidFen < 0) throw new Error(`seller ${place} cannot ${entry.kind}`)
    entries.push({ holderId: nth(outlets, place).holderId, ...entry })
  }

  const transferNo = () => `ZZ${String(random.whole(10_000_000_000)).padStart(10, '0')}`

  return {
    entries,
    standings,
    /** How a seller stands, for a slip. */
    standing(place: number) {
      const { creditLimitFen, owedFen } = nth(standings, place)
      return { creditLimitFen, owedFen }
    },

    /** How a purchase is paid; the method goes on its slip. */
    purchase(place: number, amountFen: number, document: PlanDocument, person: Person, ms: number) {
      const { creditLimitFen, owedFen } = nth(standings, place)
      const onCredit = owedFen + amountFen <= creditLimitFen
      const method = onCredit ? 'credit' : nth(outlets, place).kind === 'hall' ? 'transfer' : 'cash'
      const reference = method === 'transfer' ? transferNo() : ''
      const [owed, paid] = onCredit ? [amountFen, 0] : [0, amountFen]
      write(place, {
        ms,
        kind: 'purchase',
        method,
        document,
        amountFen,
        owedFen: owed,
        paidFen: paid,
        reference,
        person,
      })
      return { method, amountFen, reference }
    },

    /** Set off against what is owed where that is enough, else paid back. */
    refund(place: number, amountFen: number, document: PlanDocument, person: Person, ms: number) {
      const setOff = nth(standings, place).owedFen >= amountFen
      const method = setOff ? 'offset' : 'cash'
      const [owed, paid] = setOff ? [-amountFen, 0] : [0, -amountFen]
      write(place, {
        ms,
        kind: 'refund',
        method,
        document,
        amountFen,
        owedFen: owed,
        paidFen: paid,
        reference: '',
        person,
      })
      return { method, amountFen, reference: '' }
    },

    /** Most of what is owed, in whole hundreds of yuan. */
    repay(place: number, person: Person, ms: number): void {
      const amountFen = Math.floor((nth(standings, place).owedFen * 0.8) / 10_000) * 10_000
      if (amountFen === 0) return
      const change = { amountFen, owedFen: -amountFen, paidFen: amountFen }
      write(place, {
        ms,
        kind: 'repayment',
        method: 'transfer',
        document: null,
        ...change,
        reference: transferNo(),
        person,
      })
    },
  }
}
