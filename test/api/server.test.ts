import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deferred } from '../../src/lib/deferred.ts'
import { KEYS, startApi, type TestApi } from './api-harness.ts'

let api: TestApi
let port: number
let missing: string[] = []

beforeAll(async () => {
  api = await startApi({ readiness: async () => missing })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  port = (api.app.server.address() as { port: number }).port
})
afterAll(() => api.close())

/** What the server sends back for these bytes until it closes the connection. */
async function exchange(bytes: string): Promise<{ head: string; body: string }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  socket.write(bytes)
  await once(socket, 'close')
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  return { head, body }
}

describe('over a connection', () => {
  it('what is not HTTP is answered with a problem', async () => {
    const { head, body } = await exchange('GARBAGE\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    expect(head).toMatch(/x-request-id: req_/)
    expect(JSON.parse(body)).toMatchObject({ code: 'malformed_request', status: 400 })
  })

  it('headers that are too large are 431', async () => {
    const { head, body } = await exchange(
      `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(100_000)}\r\n\r\n`,
    )
    expect(head).toMatch(/^HTTP\/1\.1 431 /)
    expect(JSON.parse(body).code).toBe('headers_too_large')
  })

  it('a body that is announced too large is 413 before it is sent', async () => {
    const { head, body } = await exchange(
      [
        `POST ${KEYS} HTTP/1.1`,
        'host: x',
        `authorization: apikey ${api.token}`,
        'content-type: application/json',
        'content-length: 1000000000',
        'connection: close',
        '\r\n',
      ].join('\r\n'),
    )
    expect(head).toMatch(/^HTTP\/1\.1 413 /)
    expect(JSON.parse(body).code).toBe('body_too_large')
  })

  it('two Authorization headers are none', async () => {
    const { head, body } = await exchange(
      [
        `GET ${KEYS} HTTP/1.1`,
        'host: x',
        `authorization: apikey ${api.token}`,
        'Authorization: apikey 1$another-one-0123456789',
        'connection: close',
        '\r\n',
      ].join('\r\n'),
    )
    expect(head).toMatch(/^HTTP\/1\.1 401 /)
    expect(JSON.parse(body).detail).toBe('The Authorization header is there more than once.')
  })

  it('HEAD is GET without a body', async () => {
    const headers = { authorization: `apikey ${api.token}` }
    const response = await fetch(`http://127.0.0.1:${port}${KEYS}`, { method: 'HEAD', headers })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })
})

describe('health', () => {
  it('needs no token and says what is missing', async () => {
    const open = { authorization: null }
    expect((await api.call('GET', '/healthz', open)).json).toEqual({ status: 'ok' })
    expect((await api.call('GET', '/readyz', open)).json.status).toBe('ready')
    missing = ['No data node is connected.']
    const answer = await api.call('GET', '/readyz', open)
    missing = []
    expect(answer.status).toBe(503)
    expect(answer.json).toEqual({ status: 'not ready', message: 'No data node is connected.' })
  })
})

describe('the documentation', () => {
  it('is served to anyone, the OpenAPI document first of all', async () => {
    const response = await api.app.inject('/openapi.json')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0-test' } })
    expect((await api.app.inject('/docs/json')).json()).toEqual(response.json())
  })

  it('is a page that fetches nothing from elsewhere', async () => {
    for (const url of ['/docs', '/docs/', '/docs/static/swagger-initializer.js']) {
      const page = await api.app.inject(url)
      expect(page.statusCode, url).toBe(200)
      expect(page.headers['content-security-policy']).toMatch(
        /default-src 'none'.*connect-src 'self'/,
      )
      expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    }
    const initializer = await api.app.inject('/docs/static/swagger-initializer.js')
    expect(initializer.body).toMatch(/validatorUrl: ?null/)
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
      expect((await api.app.inject(`/docs/static/${file}`)).statusCode).toBe(200)
    }
  })
})

describe('while it closes', () => {
  it('tells requests on open connections to go away', async () => {
    const own = await startApi()
    let late: Response | undefined
    own.app.addHook('preClose', async () => {
      late = await fetch(`${own.app.listeningOrigin}/healthz`)
    })
    await own.app.listen({ host: '127.0.0.1', port: 0 })
    await own.close()
    expect(late!.status).toBe(503)
    expect(late!.headers.get('connection')).toBe('close')
    expect(await late!.json()).toMatchObject({ code: 'shutting_down' })
  })

  it('finishes what it has begun and refuses what comes later', async () => {
    const own = await startApi()
    await own.app.listen({ host: '127.0.0.1', port: 0 })
    const { port: ownPort } = own.app.server.address() as { port: number }
    const base = `http://127.0.0.1:${ownPort}`
    const begun = deferred<void>()
    const applied = deferred<void>()
    own.nodes.announce = () => begun.resolve()
    own.nodes.gate = applied.promise
    const headers = { authorization: `apikey ${own.token}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'slow' })
    const slow = fetch(base + KEYS, { method: 'POST', headers, body })
    await begun.promise
    const closed = own.app.close()
    applied.resolve()
    expect((await slow).status).toBe(200)
    await closed
    await expect(fetch(base + KEYS, { headers })).rejects.toThrow()
    await own.close()
  })
})
