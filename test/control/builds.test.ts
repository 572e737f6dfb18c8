import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuildNews } from '../../src/control/versions-control.ts'
import { type Deferred, deferred } from '../../src/lib/deferred.ts'
import {
  builtFrom,
  CONTEXT,
  createNamespace,
  helloFunction,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

const HELLO = { namespace: 'demo', name: 'hello' }
let rig: Rig
let say: (line: string) => void
let begun: Deferred<void>
let finish: Deferred<void>

beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
  begun = deferred()
  finish = deferred()
  rig.builder.behaviour = async (source, onProgress) => {
    say = onProgress
    begun.resolve()
    await finish.promise
    return builtFrom(source)
  }
})
afterEach(async () => {
  finish.resolve()
  await rig.close()
})

async function create() {
  return (await rig.control.functions.create(CONTEXT, SCOPE, 'demo', helloFunction('hello'))).value
}
const follow = (after?: string, signal = new AbortController().signal) =>
  rig.control.builds.follow(SCOPE, HELLO, after, signal)

async function all(news: AsyncIterable<BuildNews>): Promise<string[]> {
  const told: string[] = []
  for await (const each of news) told.push(shown(each))
  return told
}
const shown = (each: BuildNews) =>
  each.kind === 'line' ? `${each.id} ${each.text}` : `${each.kind} ${each.status}`

describe('following a build', () => {
  it('tells its lines as they come, those from before too, and its end', async () => {
    const task = await create()
    await begun.promise
    say('first')
    const iterator = (await follow())[Symbol.asyncIterator]()
    const next = async () => shown((await iterator.next()).value)
    expect(await next()).toBe('status building')
    expect(await next()).toBe('1-1 first')
    const waiting = next()
    say('second')
    expect(await waiting).toBe('1-2 second')
    finish.resolve()
    await rig.control.taskEnded(task.id)
    expect(await next()).toBe('status succeeded')
    expect(await next()).toBe('end succeeded')
    expect((await iterator.next()).done).toBe(true)
  })

  it('goes on behind the last line that is known, and begins anew for another build', async () => {
    const task = await create()
    await begun.promise
    for (const line of ['a', 'b', 'c']) say(line)
    finish.resolve()
    await rig.control.taskEnded(task.id)
    expect(await all(await follow('1-2'))).toEqual(['status succeeded', '1-3 c', 'end succeeded'])
    expect(await all(await follow('0-2'))).toHaveLength(5)
    expect(await all(await follow('nonsense'))).toHaveLength(5)
  })

  it('tells the sentence of a failure', async () => {
    rig.builder.behaviour = async () => ({ kind: 'failed', message: 'It is wrong.', log: '' })
    const task = await create()
    await rig.control.taskEnded(task.id)
    expect(await all(await follow())).toEqual(['status failed', '1-1 It is wrong.', 'end failed'])
    expect(await rig.control.builds.get(SCOPE, HELLO)).toMatchObject({
      status: 'failed',
      message: 'It is wrong.\n',
      startedAtMs: expect.any(Number),
      finishedAtMs: expect.any(Number),
    })
  })

  it('has the lines of an earlier run of the server', async () => {
    const task = await create()
    finish.resolve()
    await rig.control.taskEnded(task.id)
    const second = await rig.again()
    const news = await second.control.builds.follow(
      SCOPE,
      HELLO,
      undefined,
      new AbortController().signal,
    )
    expect(await all(news)).toEqual(['status succeeded', '1-1 Built handler.cjs.', 'end succeeded'])
  })

  it('ends when told to, and when the function is deleted', async () => {
    await create()
    await begun.promise
    const controller = new AbortController()
    const left = all(await follow(undefined, controller.signal))
    controller.abort()
    expect(await left).toEqual(expect.not.arrayContaining(['end succeeded']))
    const deleted = all(await follow())
    await rig.control.functions.delete(CONTEXT, SCOPE, HELLO)
    expect((await deleted).at(-1)).toBe('end deleted')
  })

  it('is for so many at a time', async () => {
    await create()
    await begun.promise
    const controller = new AbortController()
    const iterators = await Promise.all(
      Array.from({ length: 50 }, async () =>
        (await follow(undefined, controller.signal))[Symbol.asyncIterator](),
      ),
    )
    await Promise.all(iterators.map((iterator) => iterator.next()))
    await expect(follow()).rejects.toMatchObject({ code: 'too_many_streams' })
    controller.abort()
    for (const iterator of iterators) while (!(await iterator.next()).done);
    await expect(follow()).resolves.toBeDefined()
  })
})
