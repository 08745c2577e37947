// A node that dies by its own hand while it generates a batch: after some PINs, or between two steps.

import { join } from 'node:path'
import { createCountyKeys } from '../../src/domain/card-file/county-keys.ts'
import { cardJobKinds } from '../../src/domain/card-file/job-kinds.ts'
import { createFileStore } from '../../src/domain/file-store.ts'
import { openDatabase } from '../../src/kernel/db.ts'
import { startJobRunner } from '../../src/kernel/jobs.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { openSecrets } from '../../src/kernel/secrets.ts'
import { testPins } from './world.ts'

const [url = '', folder = '', when = ''] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')
const secrets = openSecrets(join(folder, 'secrets'))
const pins = testPins(secrets)
let drawn = 0
const dyingPins = {
  ...pins,
  draw(serial: number, digits: number) {
    drawn += 1
    if (String(drawn) === when) die()
    return pins.draw(serial, digits)
  },
}
const { db, pool } = openDatabase({ url, poolSize: 5, statementTimeoutMs: 60_000, onIdleError: () => {} })
const services = {
  pins: dyingPins,
  countyKeys: createCountyKeys(secrets),
  files: createFileStore(join(folder, 'files')),
}
const kinds = cardJobKinds({
  db,
  pool,
  services,
  now: () => new Date(),
  chunkSize: 100,
  between: step => {
    if (step === when) die()
  },
})
startJobRunner({ db, pool, kinds, log: silentLog, pollMs: 20 })
