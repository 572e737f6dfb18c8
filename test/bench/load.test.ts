import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { answerChars, getRequest, HttpConnection } from '../../bench/load/http-connection.ts'
import { runSteadyLoad, type StreamWish } from '../../bench/load/steady-load.ts'
import { noTwoCores } from '../../bench/tools/abilities.ts'
import { allowedCores } from '../../bench/tools/machine.ts'
import { isWellFormedKeySecret } from '../../src/domain/key-secret.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** Answers with the status that `answer` gives, keeping what was asked. */
async function serve(answer: (number: number) => number) {
  const asked: { path: string; key: string }[] = []
  server = createServer((request, response) => {
    asked.push({ path: request.url!, key: String(request.headers['x-api-key']) })
    response.writeHead(answer(asked.length), { 'content-length': 2 }).end('ok')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { asked, port: (server.address() as AddressInfo).port }
}

describe('a connection', () => {
  it('gives the status and the body of each answer, however it is cut', async () => {
    const { port, asked } = await serve(() => 201)
    const answers: string[] = []
    const two = Promise.withResolvers<void>()
    const connection = new HttpConnection(
      { host: '127.0.0.1', port },
      (status, body) => {
        answers.push(`${status} ${body}`)
        if (answers.length === 2) two.resolve()
        else connection.send(getRequest('h', '/b', 'k2'))
      },
      () => {},
    )
    await connection.opened()
    connection.send(getRequest('h', '/a', 'k1'))
    await two.promise
    connection.close()
    expect(answers).toEqual(['201 ok', '201 ok'])
    expect(asked).toEqual([
      { path: '/a', key: 'k1' },
      { path: '/b', key: 'k2' },
    ])
  })

  it('knows how long an answer is as soon as its head is there', () => {
    expect(answerChars('HTTP/1.1 200 OK\r\ncontent-le')).toBe(Number.POSITIVE_INFINITY)
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
    expect(answerChars(head)).toBe(head.length + 5)
    expect(() => answerChars('HTTP/1.1 200 OK\r\n\r\n')).toThrow('Content-Length')
  })
})

describe.skipIf(noTwoCores() !== undefined)('a steady load', () => {
  const stream: StreamWish = {
    ratePerSecond: 200,
    connections: 4,
    paths: ['/a', '/b'],
    keys: ['one', 'two'],
    status: 200,
  }
  const load = (port: number, streams: readonly StreamWish[]) =>
    runSteadyLoad({ port, seconds: 0.5, streams, core: allowedCores()[1]!, pace: 'timer' })

  it('makes as many requests as are due, to each target in turn', async () => {
    const { port, asked } = await serve(() => 200)
    const [result] = await load(port, [stream])
    expect(result).toMatchObject({ requests: 100, failures: 0 })
    expect(asked).toHaveLength(100)
    expect(asked.filter(({ path, key }) => path === '/a' && key === 'one')).toHaveLength(50)
    expect(asked.filter(({ path, key }) => path === '/b' && key === 'two')).toHaveLength(50)
  })

  it('charges the time from when a request was due, not from when it was sent', async () => {
    const { port } = await serve(() => 200)
    const [result] = await load(port, [{ ...stream, connections: 1, ratePerSecond: 2_000 }])
    const { sinceDue, sinceSent } = result!
    expect(sinceDue.p99Us).toBeGreaterThanOrEqual(sinceSent.p99Us)
    expect(sinceDue.mostUs).toBeGreaterThanOrEqual(sinceDue.p99Us)
  })

  it('makes another wrong key for each request', async () => {
    const { port, asked } = await serve(() => 401)
    await load(port, [{ ...stream, keys: 'wrong', status: 401 }])
    expect(new Set(asked.map(({ key }) => key)).size).toBe(100)
    expect(asked.every(({ key }) => isWellFormedKeySecret(key))).toBe(true)
  })

  it('goes on over a new connection when the server ends one', async () => {
    const { port, asked } = await serve(() => 200)
    server!.maxRequestsPerSocket = 10
    const [result] = await load(port, [stream])
    expect(result).toMatchObject({ requests: 100, failures: 0 })
    expect(asked).toHaveLength(100)
  })

  it('fails when an answer has another status', async () => {
    const { port } = await serve((number) => (number === 7 ? 503 : 200))
    await expect(load(port, [stream])).rejects.toThrow('1 of 100 requests failed')
  })
})
