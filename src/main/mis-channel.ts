// The channel between the product and the reference billing system: both ends read its key from the same secrets.

import type { Secrets } from '../kernel/secrets.ts'

export const misChannelId = 'DIANKA'

export function misChannel(secrets: Secrets) {
  return { channelId: misChannelId, keyId: 'k1', key: secrets.secret('mis-channel'), signature: 'hmac-sha256' as const }
}
