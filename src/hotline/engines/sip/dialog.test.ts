// Requests inside a dialog: loose and strict routes, sequence numbers.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { type Dialog, dialogOfAnswer, dialogOfInvite, nextHop, requestInDialog, takeCseq } from './dialog.ts'
import { listOf } from './message.ts'
import { replyTo, serialize } from './serialize.ts'
import { request, responseTo } from './testing/test-messages.ts'

function dialogWith(...routes: string[]): Dialog {
  const dialog = dialogOfInvite(request({ headers: routes.map(route => `Record-Route: ${route}`) }), 'ours')
  if (dialog === null) throw new Error('no dialog')
  return dialog
}

describe('requests', () => {
  it('go straight to the Contact without a route', () => {
    const dialog = dialogWith()
    const bye = requestInDialog(dialog, 'BYE', 'v')
    expect(bye.startLine).toBe('BYE sip:13800138000@192.0.2.7:5062 SIP/2.0')
    expect(nextHop(dialog)).toMatchObject({ host: '192.0.2.7', port: 5062 })
    const text = Buffer.from(serialize(bye)).toString('latin1')
    expect(text).toContain('From: <sip:95598@example.com>;tag=ours\r\n')
    expect(text).toContain('To: "A, B" <sip:13800138000@example.com>;tag=from1\r\n')
    expect(text).toContain('CSeq: 1 BYE\r\n')
  })

  it('follow loose routes', () => {
    const dialog = dialogWith('<sip:p1.example:5070;lr>', '<sip:p2.example;lr>')
    const bye = requestInDialog(dialog, 'BYE', 'v')
    expect(bye.startLine).toBe('BYE sip:13800138000@192.0.2.7:5062 SIP/2.0')
    expect(listOf(bye, 'route')).toEqual(['<sip:p1.example:5070;lr>', '<sip:p2.example;lr>'])
    expect(nextHop(dialog)).toMatchObject({ host: 'p1.example', port: 5070 })
  })

  it('follow a strict first route', () => {
    const bye = requestInDialog(dialogWith('<sip:p1.example>', '<sip:p2.example;lr>'), 'BYE', 'v')
    expect(bye.startLine).toBe('BYE sip:p1.example SIP/2.0')
    expect(listOf(bye, 'route')).toEqual(['<sip:p2.example;lr>', '<sip:13800138000@192.0.2.7:5062>'])
  })

  it('of the calling side take the routes in reverse', () => {
    const invite = request({ headers: ['Record-Route: <sip:p2;lr>, <sip:p1;lr>'] })
    const contact = { name: 'contact', value: '<sip:hotline@192.0.2.1>' }
    const dialog = dialogOfAnswer(responseTo(serialize(replyTo(invite, 200, { toTag: 'theirs', headers: [contact] }))))
    expect(dialog).toMatchObject({
      routes: ['<sip:p1;lr>', '<sip:p2;lr>'],
      target: 'sip:hotline@192.0.2.1',
      remoteTag: 'theirs',
    })
  })

  it('count up', () => {
    const dialog = dialogWith()
    requestInDialog(dialog, 'INFO', 'v')
    expect(requestInDialog(dialog, 'BYE', 'v').headers).toContainEqual({ name: 'cseq', value: '2 BYE' })
  })
})

it('an old request is not taken', () => {
  const dialog = dialogWith()
  expect([2, 2, 1, 5].map(cseq => takeCseq(dialog, request({ method: 'INFO', cseq })))).toEqual([
    true,
    false,
    false,
    true,
  ])
})
