// Spreading a payment: bill by bill, oldest first, each bill's late fee before its amount, the rest in advance.

export interface OpenBill {
  bill_id: string
  due_fen: number
  late_fee_fen: number
}

export interface Spread {
  lines: { bill_id: string; amount_fen: number; late_fee_fen: number }[]
  billsFen: number
  lateFeeFen: number
  prepaidFen: number
}

/** `bills` in the order they are paid. */
export function allocate(amountFen: number, bills: readonly OpenBill[]): Spread {
  const spread: Spread = { lines: [], billsFen: 0, lateFeeFen: 0, prepaidFen: amountFen }
  for (const bill of bills) {
    const late = Math.min(spread.prepaidFen, bill.late_fee_fen)
    const amount = Math.min(spread.prepaidFen - late, bill.due_fen)
    if (late + amount === 0) continue
    spread.lines.push({ bill_id: bill.bill_id, amount_fen: amount, late_fee_fen: late })
    spread.billsFen += amount
    spread.lateFeeFen += late
    spread.prepaidFen -= late + amount
  }
  return spread
}
