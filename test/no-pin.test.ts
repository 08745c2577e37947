// No PIN in any table, log, audit row or file but the sealed new-card file: every demonstration PIN is looked for after
// calls that keyed right and wrong ones; and the search itself is shown to find a planted one.

import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { printSerial } from '../src/domain/serial.ts'
import { attachPostgres } from '../src/kernel/postgres-attach.ts'
import { openSecrets } from '../src/kernel/secrets.ts'
import { openPins } from '../src/main/pins.ts'
import { type PinSearch, searchDatabase, searchFolder, searchText } from './support/pin-search.ts'
import { type Product, startProduct } from './support/product.ts'

let product: Product
let search: PinSearch
let databases: string[]

beforeAll(async () => {
  product = await startProduct({ DIANKA_LOG_LEVEL: 'trace' })
  const attached = await attachPostgres(product.dataDir, join(product.dataDir, 'secrets'))
  if (!attached) throw new Error('the database runs')
  databases = ['dianka', 'dianka_mis'].map(name => attached.url(name))
  const client = new pg.Client({ connectionString: databases[0] })
  await client.connect()
  const { rows } = await client.query<{ serial: string }>('select serial from card')
  await client.end()
  const pins = openPins(openSecrets(join(product.dataDir, 'secrets')), true)
  search = { whole: new Set(rows.map(({ serial }) => pins.draw(Number(serial), 12))), anywhere: [] }
  expect(search.whole.size).toBeGreaterThan(5_000)
})
afterAll(() => product?.close())

const everywhere = async () => [
  ...(await Promise.all(databases.map(url => searchDatabase(url, search)))).flat(),
  ...(await searchFolder(product.dataDir, search, path => path.includes('new-cards-'))),
  ...searchText(product.output(), 'output', search),
]

it('finds no PIN after calls that keyed right, wrong and mixed-up ones', async () => {
  const { cards, accounts } = await product.demo()
  const [first, second] = cards.filter(card => card.state === 'seller' && !card.frozen && !card.locked && !card.expired)
  const account = accounts[1]
  if (!first || !second || !account) throw new Error('the demonstration has cards and accounts')
  const wrong = '314159265358'
  const calls = [
    `!1${first.serial}#${wrong}#,!${first.serial}#${first.pin}#${account.accountNo}#,1`,
    // The PIN where the serial belongs, and PIN digits keyed ahead of every prompt.
    `!1,!${second.pin}#,!${second.serial}#,!${second.pin}#`,
    `!1${second.serial}#${second.pin}#${account.accountNo}#`,
  ]
  search = { ...search, anywhere: [first.pin, second.pin, wrong] }
  for (const keys of calls) {
    const { stdout, stderr } = await product.command('call', '--keys', keys, '--linger', '3000')
    expect(stdout).toContain('接通')
    expect(searchText(stderr, 'the phone', search)).toEqual([])
  }
  expect(await everywhere()).toEqual([])
})

it('a planted PIN is found, in a table and in a file', async () => {
  const [pin] = search.whole
  const client = new pg.Client({ connectionString: databases[0] })
  await client.connect()
  await client.query(
    `update county set settings = settings || jsonb_build_object('note', $1::text) where county_id = 1`,
    [`PIN ${pin}`],
  )
  await client.end()
  await appendFile(join(product.dataDir, 'a.log'), `{"pin":"${pin}"}\n`)
  const found = await everywhere()
  expect(found).toEqual(expect.arrayContaining(['public.county: a whole PIN', '/a.log: a whole PIN']))
  expect(printSerial(100_000_120)).not.toBe(pin)
})
