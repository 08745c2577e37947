// Accounts of the reference billing system that take any card up to an amount, so that no refusal of theirs hides anything.

import type { MisAdmin } from '../../src/mis/simulator/admin-client.ts'
import type { AccountEntry } from '../../src/mis/simulator/admin-schemas.ts'

const mostListed = 300

/** The first `count` of them; throws when there are fewer. */
export async function willingAccounts(admin: MisAdmin, count: number, amountFen: number): Promise<string[]> {
  const { accounts } = await admin.accounts({ limit: mostListed })
  const found = accounts.filter(account => isWilling(account, amountFen)).slice(0, count)
  if (found.length < count) throw new Error(`only ${found.length} of ${accounts.length} accounts take any card`)
  return found.map(({ accountNo }) => accountNo)
}

function isWilling(account: AccountEntry, amountFen: number): boolean {
  const { special, status, partialAllowed, prepayAllowed, maxFen } = account
  return !special && status === 'N' && partialAllowed && prepayAllowed && maxFen >= amountFen
}

/** What an account has: its balance less what it owes. */
export async function worthFen(admin: MisAdmin, accountNo: string): Promise<number> {
  const account = await admin.account(accountNo)
  if (!account) throw new Error(`there is no account ${accountNo}`)
  return account.balanceFen - account.dueFen - account.lateFeeFen
}
