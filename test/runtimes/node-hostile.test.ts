import { describe, expect, test } from 'vitest'
import { ShimProcess } from '../helpers/shim.ts'
import { call } from '../wire/call.ts'

const CODE = `
const { closeSync } = require('node:fs')
const acts = {
  '/quick': () => 'quick',
  '/async': async () => { for (let i = 0; i < 10; i++) await null; return 'async' },
  '/exit': () => process.exit(3),
  '/kill': () => process.kill(process.pid, 'SIGKILL'),
  '/body': (event) => 'got ' + event.data,
  '/unshowable': () => { throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('again') } } },
  '/no-stderr': () => { process.stderr.write = () => { throw new Error('no stderr') }; throw new Error('x') },
  '/close-marker': () => { closeSync(4); return 'closed' },
  '/break': () => { String.prototype.split = () => { throw new Error('broken') }; return 'broke' },
  '/long-head': ({ extensions: { request, response } }) => {
    response.set('x-long', 'x'.repeat(128 * 1024))
    const ways = { write: () => response.write('x'), end: () => response.end(), late: () => setImmediate(() => response.end()), body: () => response.end('x') }
    ways[request.query.way]()
    return new Promise(() => {})
  },
  '/drain': ({ extensions: { response } }) => {
    response.on('drain', () => { throw new Error('in drain') })
    while (response.write(Buffer.alloc(64 * 1024)));
  },
}
exports.handler = (event) => acts[event.extensions.request.path](event)
`
const WEB = `export default { fetch(request) {
  if (request.url.endsWith('/exit')) process.exit(3)
  return new Response('web')
} }`

const start = () => ShimProcess.start({ files: { 'h.js': CODE }, entry: 'h.js' })

describe('a handler that ends the process', () => {
  test.each(['/exit', '/kill'])(
    'by %s takes no answer with it that was made before',
    async (end) => {
      await using shim = await start()
      const connection = await shim.connect()
      // Begun in one turn of the event loop, so they come in one chunk.
      const before = ['/quick', '/async', '/quick', '/async'].map((target) =>
        call(connection, { target }),
      )
      const fatal = call(connection, { target: end })
      const behind = call(connection, { target: '/quick' })
      for (const answer of await Promise.all(before)) expect(answer.outcome).toBe('ended')
      expect((await fatal).outcome).toBe('lost')
      expect((await behind).outcome).toBe('lost')
      await shim.exited()
      expect(shim.begunId()).toBe(5)
    },
  )

  test('takes no answer of another gateway thread with it', async () => {
    await using shim = await start()
    const connections = [await shim.connect(0), await shim.connect(1)] as const
    await Promise.all(connections.map((connection) => call(connection, { target: '/quick' })))
    const good = Array.from({ length: 20 }, () => call(connections[0], { target: '/async' }))
    const fatal = call(connections[1], { target: '/exit' })
    const outcomes = (await Promise.all(good)).map(({ outcome }) => outcome)
    await fatal
    await shim.exited()
    // What was begun was answered; the rest had not begun.
    expect(outcomes.filter((outcome) => outcome === 'ended')).toHaveLength(shim.begunId(0) - 1)
  })

  test('does so in the Web form too', async () => {
    await using shim = await ShimProcess.start({
      files: { 'h.mjs': WEB },
      entry: 'h.mjs',
      method: 'fetch',
    })
    const connection = await shim.connect()
    const before = [1, 2, 3].map(() => call(connection))
    const fatal = call(connection, { target: '/exit' })
    for (const answer of await Promise.all(before)) expect(answer.body.toString()).toBe('web')
    expect((await fatal).outcome).toBe('lost')
  })
})

describe('a handler that breaks what it runs in', () => {
  test.each(['/unshowable', '/no-stderr'])('by %s is answered all the same', async (target) => {
    await using shim = await start()
    const connection = await shim.connect()
    expect((await call(connection, { target })).outcome).toBe('handler-error')
    expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
  })

  test.each(['write', 'end', 'late', 'body'])(
    'by headers that are too long (%s) fails',
    async (way) => {
      await using shim = await start()
      const connection = await shim.connect()
      const answer = await call(connection, { target: `/long-head?way=${way}` })
      expect(answer.outcome).toBe('handler-error')
      expect((await call(connection, { target: '/quick' })).outcome).toBe('ended')
    },
  )

  test('gets the process replaced when nothing could be told of its requests any more', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    expect((await call(connection, { target: '/close-marker' })).outcome).toBe('ended')
    expect((await call(connection, { target: '/quick' })).outcome).toBe('lost')
    expect(await shim.exited()).toBe(1)
    expect(shim.begunId()).toBe(1)
  })

  test('gets the process replaced when no request could be read any more', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    expect((await call(connection, { target: '/break' })).outcome).toBe('ended')
    expect((await call(connection, { target: '/quick' })).outcome).toBe('lost')
    expect(await shim.exited()).toBe(1)
  })

  test('in a listener fails its own request only', async () => {
    await using shim = await start()
    const connection = await shim.connect()
    const broken = call(connection, { target: '/drain' })
    const behind = Array.from({ length: 5 }, () =>
      call(connection, { target: '/body', method: 'POST', body: 'x' }),
    )
    expect((await broken).outcome).toBe('broken-off')
    for (const answer of await Promise.all(behind)) expect(answer.outcome).toBe('ended')
  })
})
