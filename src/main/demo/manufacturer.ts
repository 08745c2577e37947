// The demonstration's manufacturer: its key pair is kept with the secrets, as a real one's would be at the manufacturer.

import { makeKeys, type OwnKey, peerOf, printPeerKey, readOwnKey } from '../../domain/card-file/envelope.ts'
import type { Secrets } from '../../kernel/secrets.ts'
import type { People } from './people.ts'

const makerName = '北方卡厂（演示）'

export interface Maker {
  manufacturerId: number
  own: OwnKey
}

/** Registered by the county's card administrator and confirmed by finance, once. */
export async function demoManufacturer(secrets: Secrets, people: People): Promise<Maker> {
  const text = await secrets.keep(
    'demo-manufacturer.openpgp',
    async () => (await makeKeys('openpgp', makerName)).privateKey,
  )
  const own = await readOwnKey(text)
  const { manufacturers } = await people.as('card').manufacturer.list({})
  const known = manufacturers.find(({ name }) => name === makerName)
  if (known) return { manufacturerId: known.manufacturerId, own }
  const publicKey = printPeerKey(peerOf(own))
  const { manufacturerId, fingerprint } = await people.as('card').manufacturer.register({ name: makerName, publicKey })
  await people.as('finance').manufacturer.confirm({ manufacturerId, fingerprint })
  return { manufacturerId, own }
}
