import { describe, expect, test } from 'vitest'
import { call, exchangeRaw, RawConnection } from './harness.ts'
import { startMirror } from './mirror-gateway.ts'

describe('requests on one connection', () => {
  test('end with the last one in good order, and a new connection is served', async () => {
    await using started = await startMirror({ requestsPerConnectionMax: 3 })
    const { gateway, ask } = started
    using connection = await RawConnection.open(gateway.port)
    for (const kind of ['keep-alive', 'keep-alive', 'close']) {
      connection.received = ''
      connection.send(ask())
      expect(await connection.until('\r\n\r\n')).toMatch(new RegExp(`^connection: ${kind}`, 'im'))
    }
    await connection.all()
    expect((await call(gateway.port, '/nothing')).status).toBe(404)
  })

  test('a caller that sends many at once gets whole answers to as many, and none to the rest', async () => {
    await using started = await startMirror({ requestsPerConnectionMax: 5 })
    const { gateway, ask } = started
    const all = Array.from({ length: 2000 }, (_, i) => ask(`/${i}`)).join('')
    const answers = await exchangeRaw(gateway.port, all)
    expect([...answers.matchAll(/\r\n\r\n(\/\d+)/g)].map((match) => match[1])).toEqual([
      '/0',
      '/1',
      '/2',
      '/3',
      '/4',
    ])
    expect(answers.match(/HTTP\/1.1 200 OK/g)).toHaveLength(5)
    expect(answers.match(/^connection: close/gim)).toHaveLength(1)
  })

  test('the same where the last of them waits for its instance', async () => {
    await using started = await startMirror({ requestsPerConnectionMax: 2 })
    const { gateway, ask, waiting } = started
    using connection = await RawConnection.open(gateway.port)
    connection.send(ask('/0') + ask('/1', waiting) + ask('/2').repeat(5000))
    await gateway.message((message) => message.type === 'demand' && message.queued === 1)
    await gateway.startInstance(waiting, {
      'handler.js': 'module.exports.handler = ({ extensions: { request } }) => request.url',
    })
    const answers = await connection.all()
    expect([...answers.matchAll(/\r\n\r\n(\/\d+)/g)].map((match) => match[1])).toEqual(['/0', '/1'])
  })
})

describe('requests that are sent ahead', () => {
  const urlsOf = (answers: string) => [...answers.matchAll(/\r\n\r\n(\/\d+)/g)].map((m) => m[1])
  const paths = (count: number) => Array.from({ length: count }, (_, i) => `/${i}`)

  test.each([1, 2, 10])(
    'are worked on %i at a time, and all answered in their order',
    async (max) => {
      await using started = await startMirror({ streamsPerConnectionMax: max })
      const { gateway, ask } = started
      using connection = await RawConnection.open(gateway.port)
      connection.send(
        paths(3000)
          .map((path) => ask(path))
          .join(''),
      )
      const answers = await connection.until('\r\n\r\n/2999')
      expect(urlsOf(answers)).toEqual(paths(3000))
      connection.received = ''
      connection.send(ask('/again'))
      await connection.until('/again')
    },
  )

  test('may have bodies, as the last one on its connection too', async () => {
    await using started = await startMirror({
      streamsPerConnectionMax: 2,
      requestsPerConnectionMax: 40,
    })
    const { gateway, ask } = started
    const body = 'b'.repeat(100_000)
    const post = (path: string) =>
      ask(path)
        .replace('GET', 'POST')
        .replace('\r\n\r\n', `\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    using connection = await RawConnection.open(gateway.port)
    connection.send(
      paths(40)
        .map((path) => post(path))
        .join(''),
    )
    expect(urlsOf(await connection.all())).toEqual(paths(40))
  })

  test('do not all wait for an instance at once', async () => {
    await using started = await startMirror({ streamsPerConnectionMax: 10 })
    const { gateway, ask, waiting } = started
    using connection = await RawConnection.open(gateway.port)
    connection.send(
      paths(500)
        .map((path) => ask(path, waiting))
        .join(''),
    )
    await gateway.message((message) => message.type === 'demand' && message.queued === 10)
    await gateway.startInstance(waiting, {
      'handler.js': 'module.exports.handler = ({ extensions: { request } }) => request.url',
    })
    expect(urlsOf(await connection.until('\r\n\r\n/499'))).toEqual(paths(500))
    const queued = gateway.messages.map((each) => (each.type === 'demand' ? each.queued : 0))
    expect(Math.max(...queued)).toBe(10)
  })

  test('by a caller that reads no answers are not all taken in', async () => {
    await using started = await startMirror({ requestsPerConnectionMax: 0 })
    const { gateway, ask } = started
    using connection = await RawConnection.open(gateway.port)
    connection.socket.pause()
    const block = ask().repeat(1000)
    let isStuck = false
    const stuck = new Promise<void>((resolve) => {
      const send = () => {
        while (connection.socket.write(block));
        const timer = setTimeout(() => resolve(), 2000)
        connection.socket.once('drain', () => {
          clearTimeout(timer)
          if (!isStuck) send()
        })
      }
      send()
    })
    await stuck
    isStuck = true
    expect((await call(gateway.port, '/nothing')).status).toBe(404)
  })
})
