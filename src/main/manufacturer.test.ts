// The manufacturer's commands on files: keys, a delivery with spoilt cards, and everything that can be wrong.

import { copyFileSync, createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makeBatch } from '../../test/support/maker.ts'
import { createWorld, type World } from '../../test/support/world.ts'
import { makeKeys } from '../domain/card-file/envelope.ts'
import { keygen, produce } from './manufacturer.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const silently = async (run: () => Promise<number>) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    return { code: await run(), said: write.mock.calls.map(call => String(call[0])).join('') }
  } finally {
    write.mockRestore()
  }
}

test.each([
  ['openpgp', 'asc', []],
  ['sm2', 'pem', ['--sm']],
] as const)(
  'a manufacturer with %s keys reads the new-card file and sends back what it made',
  async (scheme, ending, more) => {
    const at = (name: string) => join(world.folder, `${scheme}-${name}`)
    const name = `北方卡厂 ${scheme}`
    const { said } = await silently(() => keygen(['--out', at('maker'), '--name', name, ...more]))
    expect(statSync(at(`maker/private.${ending}`)).mode & 0o777).toBe(0o600)
    await expect(keygen(['--out', at('maker'), ...more])).rejects.toThrow('EEXIST')
    const publicKey = readFileSync(at(`maker/public.${ending}`), 'utf8')
    const card = world.as('card')
    const { manufacturerId, fingerprint } = await card.manufacturer.register({ name, publicKey })
    expect(said).toContain(fingerprint)
    await world.as('finance').manufacturer.confirm({ manufacturerId, fingerprint })

    const maker = { manufacturerId } as Parameters<typeof makeBatch>[1]
    const batch = await makeBatch(world, maker, { quantity: 50 })
    const { download } = await card.cardMaking.download({ documentId: batch.documentId })
    copyFileSync(join(world.folder, 'files', download.path), at(download.fileName))
    writeFileSync(at('county.asc'), (await card.manufacturer.countyKey({ scheme })).publicKey)
    const files = ['--in', at(download.fileName), '--key', at(`maker/private.${ending}`), '--county', at('county.asc')]

    const made = await silently(() =>
      produce([
        ...files,
        '--out',
        at('back.pgp'),
        '--faulty',
        `${batch.serial(3)}:划伤`,
        '--faulty',
        batch.serial(4),
        '--leave-out',
        batch.serial(9),
      ]),
    )
    expect([made.code, made.said]).toEqual([0, `${at('back.pgp')}：49 张 / 49 cards\n`])
    const { documentId } = await card.stockIn.create({ batchId: batch.documentId, deliveryNo: 1 })
    const fileId = await world.upload(createReadStream(at('back.pgp')))
    await world.jobDone((await card.stockIn.upload({ documentId, fileId })).jobId)
    const { counts, results } = await card.stockIn.get({ documentId })
    expect(counts).toMatchObject({ match: 47, reportedFaulty: 2, missing: 1 })
    expect(results.filter(row => row.class === 'reportedFaulty').map(row => row.reason)).toEqual(['划伤', 'faulty'])

    const part = await silently(() =>
      produce([...files, '--out', at('part.pgp'), '--only', `${batch.serial(10)}-${batch.serial(19)}`]),
    )
    expect(part.said).toContain('10 cards')

    // Another county's key, a file cut short, a missing word: one sentence each, and nothing is written.
    writeFileSync(at('other.asc'), (await makeKeys(scheme, 'other county')).publicKey)
    writeFileSync(at('cut.pgp'), readFileSync(at(download.fileName)).subarray(0, -30))
    const cases: [string[], string][] = [
      [[...files.slice(0, 4), '--county', at('other.asc')], 'signed by this county'],
      [['--in', at('cut.pgp'), ...files.slice(2)], 'signed by this county'],
      [['--in', at('nowhere.pgp'), ...files.slice(2)], 'ENOENT'],
      [[...files.slice(0, 2), '--key', at('county.asc'), ...files.slice(4)], 'not a usable key'],
      [files.slice(2), '--in is missing'],
      [[...files, '--faulty', 'abc'], 'not a serial'],
      [[...files, '--nonsense'], 'the command line is wrong'],
    ]
    for (const [words, sentence] of cases) {
      await expect(produce([...words, '--out', at('bad.pgp')]), sentence).rejects.toThrow(sentence)
    }
    expect([existsSync(at('bad.pgp')), existsSync(at('bad.pgp.draft'))]).toEqual([false, false])
  },
)
