// When the hotline listens: by captions, or by silence.
import { expect, it } from 'vitest'
import { Listening } from './listening.ts'

/** Whether a wait is over by now. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  return Promise.race([wait.then(() => true), new Promise<boolean>(resolve => setImmediate(() => resolve(false)))])
}

it('waits for the caption, not for the silence, once there are captions', async () => {
  const listening = new Listening()
  listening.restart(0)
  const wait = listening.wait()
  listening.caption({ type: 'say', text: 'x' })
  listening.sound(100)
  listening.tick(60_000)
  expect(await isOver(wait)).toBe(false)
  listening.caption({ type: 'listen' })
  expect(await isOver(wait)).toBe(true)
  expect(await isOver(listening.wait())).toBe(true)
  listening.caption({ type: 'say', text: 'y' })
  expect(await isOver(listening.wait())).toBe(false)
})

it('without captions waits for 1.2 s of silence after speech', async () => {
  const listening = new Listening()
  listening.restart(0)
  const wait = listening.wait()
  listening.tick(5_000)
  expect(await isOver(wait)).toBe(false)
  listening.sound(5_000)
  listening.tick(6_100)
  listening.sound(6_150)
  listening.tick(7_300)
  expect(await isOver(wait)).toBe(false)
  listening.tick(7_400)
  expect(await isOver(wait)).toBe(true)
})

it('without captions and speech goes on after ten seconds', async () => {
  const listening = new Listening()
  listening.restart(0)
  const wait = listening.wait()
  listening.tick(10_000)
  expect(await isOver(wait)).toBe(true)
})

it('remembers that it was listened to while the last entry was still being sent', async () => {
  const listening = new Listening()
  listening.restart(0)
  listening.caption({ type: 'listen' })
  expect(await isOver(listening.waitForCaption())).toBe(true)
  expect(await isOver(listening.waitForCaption())).toBe(false)
})
