// Calls handed over: what the REFER says, and what each way of answering it means.
import { afterEach, expect, it } from 'vitest'
import type { Line, TransferResult } from '../../line.ts'
import { eventually } from './testing/eventually.ts'
import { header, type TestClient } from './testing/test-client.ts'
import { clientFor, closeAll, engineFor } from './testing/test-endpoint.ts'

afterEach(closeAll)

interface Transferred {
  client: TestClient
  toTag: string
  results: TransferResult[]
  ends: string[]
  rejections: unknown[]
}

async function transferred(to = '0531-95598'): Promise<Transferred> {
  const results: TransferResult[] = []
  const { engine, heard } = await engineFor(async (line: Line) => {
    await line.answer()
    results.push(await line.transfer(to))
  })
  const client = await clientFor(engine)
  const toTag = await client.call()
  return { client, toTag, results, ends: heard.ends, rejections: heard.rejections }
}

function notify(client: TestClient, toTag: string, cseq: number, status: string, state = 'active'): void {
  const headers = ['Event: refer', `Subscription-State: ${state}`]
  client.request('NOTIFY', { cseq, toTag, headers, contentType: 'message/sipfrag', body: `SIP/2.0 ${status}\r\n` })
}

it('is accepted when the new party has answered', async () => {
  const { client, toTag, results } = await transferred()
  const refer = await client.requestFrom('REFER')
  expect(header(refer, 'refer-to')).toBe(`<sip:0531-95598@127.0.0.1:${client.localPort}>`)
  client.respond(refer, 202)
  notify(client, toTag, 2, '100 Trying')
  await client.response('NOTIFY', 200, 2)
  expect(results).toEqual([])
  notify(client, toTag, 3, '200 OK', 'terminated;reason=noresource')
  await client.response('NOTIFY', 200, 3)
  await eventually(() => expect(results).toEqual(['accepted']))
  notify(client, toTag, 4, '200 OK')
  await client.response('NOTIFY', 481, 4)
})

it('is accepted when the far end hangs up after it took the REFER', async () => {
  const { client, toTag, results, ends, rejections } = await transferred('sip:operator@pbx.example.com')
  const refer = await client.requestFrom('REFER')
  expect(header(refer, 'refer-to')).toBe('<sip:operator@pbx.example.com>')
  client.respond(refer, 202)
  await new Promise(resolve => setTimeout(resolve, 20))
  client.request('BYE', { cseq: 2, toTag })
  await client.response('BYE', 200)
  await eventually(() => expect(ends).toEqual(['completed']))
  expect(results).toEqual(['accepted'])
  expect(rejections).toEqual([])
  expect(client.requests('BYE')).toEqual([])
})

it.each([
  [
    'an answer of its own',
    (client: TestClient) => client.requestFrom('REFER').then(refer => client.respond(refer, 603)),
  ],
  [
    'a NOTIFY',
    async (client: TestClient, toTag: string) => {
      client.respond(await client.requestFrom('REFER'), 202)
      notify(client, toTag, 2, '486 Busy Here')
    },
  ],
])('is refused by %s, and the call goes on', async (_, refuse) => {
  const { client, toTag, results, ends } = await transferred()
  await refuse(client, toTag)
  await eventually(() => expect(results).toEqual(['refused']))
  expect(ends).toEqual([])
})

it('is refused for what cannot be called', async () => {
  const { results, client } = await transferred('<sip:x>\r\nVia: y')
  await eventually(() => expect(results).toEqual(['refused']))
  expect(client.requests('REFER')).toEqual([])
})

it('ends with the call', async () => {
  const { client, toTag, results, ends, rejections } = await transferred()
  await client.requestFrom('REFER')
  client.request('BYE', { cseq: 2, toTag })
  await eventually(() => expect(ends).toEqual(['caller']))
  expect(results).toEqual([])
  expect(rejections).toHaveLength(1)
})

it('NOTIFYs that nobody asked for are refused', async () => {
  const { client, toTag } = await transferred('')
  client.request('NOTIFY', { cseq: 2, toTag, headers: ['Event: presence', 'Subscription-State: active'] })
  await client.response('NOTIFY', 489)
})
