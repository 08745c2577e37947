// Starting, stopping and starting again: side by side, after kill -9, empty, and with what is wrong said in one sentence.

import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { httpClient, type Product, startProduct } from './support/product.ts'

const open: Product[] = []
async function started(more: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct(more)
  open.push(product)
  return product
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(product => product.close()))
})

it('several copies run side by side; after kill -9 the next start recovers by itself; Ctrl-C stops everything', async () => {
  const [one, two] = await Promise.all([started(), started()])
  expect(one.web).not.toBe(two.web)
  const before = await one.demo()
  await one.kill('SIGKILL')
  await one.restart()
  expect(one.output().match(/^ready /gm)).toHaveLength(2)
  expect((await one.demo()).cards).toEqual(before.cards)
  const audit = await one.command('audit')
  expect(audit.code).toBe(0)
  await two.kill('SIGINT')
  expect(two.output()).toContain('正在停止')
  await expect(fetch(`${two.web}/healthz`)).rejects.toThrow()
})

it('starts empty, asks for the first administrator once, and keeps the decision with the data', async () => {
  const product = await started({ DIANKA_DEMO: 'off' })
  const welcome = async () => (await fetch(`${product.web}/api/demonstration`)).json()
  expect(await welcome()).toEqual({ demonstration: false, signIns: [], firstAdministrator: true })
  const person = { name: '管理员', signInName: 'admin', staffNo: '1', password: 'a long password' }
  const anyone = httpClient(product.web, null)
  await anyone.auth.firstAdministrator(person)
  await expect(anyone.auth.firstAdministrator({ ...person, signInName: 'other' })).rejects.toMatchObject({
    code: 'alreadySetUp',
  })
  expect(await welcome()).toMatchObject({ firstAdministrator: false })
  const { api } = await product.signIn('admin', person.password)
  expect(await api.auth.me({})).toMatchObject({ role: 'systemAdmin', demonstration: false })
  const refused = await product.command('demo', '--json')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('这里不是演示数据')
})

it('says what is wrong in one sentence and ends with 1', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const taken = typeof address === 'object' && address ? String(address.port) : ''
  try {
    for (const [more, sentence] of [
      [{ DIANKA_HTTP_PORT: taken }, `port ${taken} is in use`],
      [{ DIANKA_SIP_PORT: taken }, `SIP port ${taken}`],
      [{ DIANKA_MIS_PORT: taken }, `port ${taken} in use`],
      [{ DIANKA_RTP_PORTS: '9-1' }, 'DIANKA_RTP_PORTS'],
      [{ DIANKA_NONSENSE: '1' }, 'DIANKA_NONSENSE'],
      [{ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/x' }, 'cannot be reached'],
    ] as const) {
      const failure = await startProduct(more).then(
        async product => {
          await product.close()
          return 'started'
        },
        error => String(error),
      )
      expect(failure).toContain('ended with 1')
      expect(failure).toContain(sentence)
      expect(failure).not.toMatch(/\n\s+at /)
    }
  } finally {
    server.close()
  }
})
