// The business settings in force, and the changes that wait for a second person or for their hour.

import { z } from 'zod'
import { countySettings, countySettingsSchema } from '../../domain/county-settings.ts'
import { query } from '../../domain/services.ts'
import { readChanges, settingChange } from './shapes.ts'

const mostWaiting = 100

export const get = query({
  roles: ['countyFinance', 'countyCardAdmin'],
  input: z.strictObject({}),
  output: z.object({
    settings: countySettingsSchema,
    proposed: z.array(settingChange),
    coming: z.array(settingChange),
  }),
  async run({ tx, countyId, now }) {
    const all = { before: null, limit: mostWaiting }
    const confirmed = await readChanges(tx, countyId, { ...all, states: ['confirmed'] })
    return {
      settings: await countySettings(tx, countyId, now),
      proposed: await readChanges(tx, countyId, { ...all, states: ['proposed'] }),
      coming: confirmed.filter(({ effectiveAt }) => effectiveAt instanceof Date && effectiveAt > now),
    }
  },
})
