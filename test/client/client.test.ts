import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { ApiError, UnreachableError } from '../../src/client/errors.ts'

const TOKEN = '1$canary-token-that-must-not-be-printed'
const SCOPE = { projectId: 1, regionId: 2 }

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function clientOf(answer: RequestListener) {
  const server = createServer(answer)
  const baseUrl = await listen(server)
  return createClient({ baseUrl, token: TOKEN })
}

async function thrownBy(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Error)
  expect(everythingIn(error as Error)).not.toContain('canary')
  return error as Error
}

function everythingIn(error: Error): string {
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [...own, error.cause instanceof Error ? everythingIn(error.cause) : ''].join('\n')
}

describe('a request', () => {
  it('carries the token, the path, the query and the body', async () => {
    const seen: unknown[] = []
    const client = await clientOf((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers.authorization, body])
        response.end('{"count":0,"results":[]}')
      })
    })
    await client.keys.list(SCOPE, { search: 'a', limit: 2, order_by: undefined })
    await client.tasks.list({ project_id: [1, 2], state: ['NEW'] })
    await client.functions.update(SCOPE, { namespace: 'shop', name: 'price' }, { timeout: 3 })
    expect(seen).toEqual([
      ['GET', '/cloud/v1/faas/keys/1/2?search=a&limit=2', `apikey ${TOKEN}`, ''],
      ['GET', '/cloud/v1/tasks?project_id=1&project_id=2&state=NEW', `apikey ${TOKEN}`, ''],
      [
        'PATCH',
        '/cloud/v1/faas/namespaces/1/2/shop/functions/price',
        `apikey ${TOKEN}`,
        '{"timeout":3}',
      ],
    ])
  })

  it('says which change it is, where it must not be made twice', async () => {
    const seen: unknown[] = []
    const client = await clientOf(({ headers }, response) => {
      seen.push(headers['idempotency-key'])
      response.writeHead(201).end('{}')
    })
    await client.tokens.create({ name: 'ci' }, { idempotencyKey: 'once' })
    await client.tokens.create({ name: 'ci' })
    expect(seen).toEqual(['once', undefined])
  })

  it('logs in and out where that is, beside the rest of the API', async () => {
    const seen: unknown[] = []
    const client = await clientOf(({ method, url }, response) => {
      seen.push(`${method} ${url}`)
      response.end('{}')
    })
    await client.sessions.logIn({ token: TOKEN })
    await client.sessions.logOut()
    await client.me.changePassword({ old_password: 'a', new_password: 'b' })
    expect(seen).toEqual([
      'POST /iam/auth/login',
      'POST /iam/auth/logout',
      'POST /cloud/v1/me/password',
    ])
  })

  it('takes an answer without a body as nothing', async () => {
    const client = await clientOf((_request, response) => response.writeHead(204).end())
    expect(await client.keys.delete(SCOPE, 'web')).toEqual({ lastUsed: null, lagging: [] })
  })

  it('never lets a name become another path', async () => {
    let url = ''
    const client = await clientOf((request, response) => {
      url = request.url!
      response.end('{}')
    })
    await client.keys.get(SCOPE, '../../x?y#z')
    expect(url).toBe('/cloud/v1/faas/keys/1/2/..%2F..%2Fx%3Fy%23z')
    for (const name of ['.', '..', '']) {
      expect(() => client.keys.get(SCOPE, name)).toThrow(TypeError)
    }
  })

  it('tells of nodes that lag behind', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(204, { 'latchkey-propagation': 'revision=3; lagging=a%20b,c' }).end(),
    )
    const lagging: string[] = []
    const client = createClient({
      baseUrl: await listen(server),
      token: TOKEN,
      onLagging: (nodes) => lagging.push(...nodes),
    })
    const deleted = await client.keys.delete(SCOPE, 'web')
    expect(lagging).toEqual(['a b', 'c'])
    expect(deleted).toEqual({ lastUsed: null, lagging })
  })

  it('binds a change to what was read, and hands on the tag of what it has become', async () => {
    const sent: (string | undefined)[] = []
    const client = await clientOf((request, response) => {
      sent.push(request.headers['if-match'])
      response.writeHead(200, { etag: `"${sent.length}"` }).end('{}')
    })
    let tag: string | undefined
    const onHeaders = (headers: Headers) => {
      tag = headers.get('etag') ?? undefined
    }
    await client.keys.get(SCOPE, 'web', { onHeaders })
    await client.keys.update(SCOPE, 'web', {}, { ifMatch: tag, onHeaders })
    await client.keys.delete(SCOPE, 'web', {}, { ifMatch: tag })
    await client.functions.update(SCOPE, { namespace: 'demo', name: 'hello' }, {}, { ifMatch: tag })
    await client.keys.update(SCOPE, 'web', {})
    expect(sent).toEqual([undefined, '"1"', '"2"', '"2"', undefined])
  })
})

describe('createClient', () => {
  it.each(['ftp://host', 'host:80', '', 'http://user:canary@host'])(
    'refuses the URL %j without repeating it',
    (baseUrl) => {
      expect(() => createClient({ baseUrl, token: TOKEN })).toThrow(/URL must/)
      expect(() => createClient({ baseUrl, token: TOKEN })).not.toThrow(/canary/)
    },
  )

  it.each(['', 'a b', 'canary\n', 'é'])('refuses the token %j without repeating it', (token) => {
    const create = () => createClient({ baseUrl: 'http://127.0.0.1:1', token })
    expect(create).toThrow(/API token/)
    expect(create).not.toThrow(/canary/)
  })
})

describe('a refusal', () => {
  it('is an ApiError with status, code, fields and request id', async () => {
    const client = await clientOf((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' })
      response.end(
        JSON.stringify({
          code: 'invalid_body',
          message: 'No.',
          request_id: 'req_1',
          errors: [{ field: 'name', message: 'is missing' }, 'garbage'],
        }),
      )
    })
    const error = await thrownBy(client.keys.get(SCOPE, 'web'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 400,
      code: 'invalid_body',
      message: 'No.',
      requestId: 'req_1',
      fields: [{ field: 'name', message: 'is missing' }],
    })
  })

  it('of something that is not this API says so', async () => {
    const html = await clientOf((_request, response) => response.end('<html>'))
    expect((await thrownBy(html.projects.list())).message).toMatch(/not JSON.*check that the URL/)
    const gone = await clientOf((_request, response) => response.writeHead(502).end('Bad Gateway'))
    const error = await thrownBy(gone.projects.list())
    expect(error).toMatchObject({ status: 502, code: 'unknown' })
  })

  it('is what a redirect is: the token follows none', async () => {
    let requests = 0
    const client = await clientOf((_request, response) => {
      requests += 1
      response.writeHead(307, { location: 'http://elsewhere.invalid/' }).end()
    })
    const error = await thrownBy(client.projects.list())
    expect(error.message).toContain('redirects to http://elsewhere.invalid/')
    expect(requests).toBe(1)
  })
})

describe('a server that cannot be reached', () => {
  it('that does not run is named, with what to do', async () => {
    const server = createServer()
    const baseUrl = await listen(server)
    server.close()
    const error = await thrownBy(createClient({ baseUrl, token: TOKEN }).projects.list())
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error.message).toContain(baseUrl)
    expect((error as UnreachableError).next).toContain('latchkey serve')
  })

  it('that breaks off a change leaves it open whether it was made', async () => {
    const client = await clientOf((request) => request.socket.destroy())
    const error = await thrownBy(client.keys.delete(SCOPE, 'web'))
    expect(error).toBeInstanceOf(UnreachableError)
    expect(error.message).toMatch(/not known whether the change was made/)
    const read = await thrownBy(client.keys.get(SCOPE, 'web'))
    expect(read.message).not.toMatch(/change/)
  })

  it('that speaks no HTTP is told from one that is away', async () => {
    const tcp = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('SSH-2.0-Server\r\n'))
    })
    const error = await thrownBy(
      createClient({ baseUrl: await listen(tcp), token: TOKEN }).projects.list(),
    )
    expect((error as UnreachableError).next).toContain('Check the port')
  })

  it('that never answers is given up', async () => {
    const server = createServer(() => {})
    const client = createClient({
      baseUrl: await listen(server),
      token: TOKEN,
      requestTimeoutMs: 50,
    })
    expect((await thrownBy(client.projects.list())).message).toContain('not answer in time')
    server.closeAllConnections()
  })
})

describe('tasks.wait', () => {
  const pollMs = { firstMs: 1, longestMs: 2 }

  function taskServer(states: string[]) {
    return clientOf((_request, response) => {
      const state = states.length > 1 ? states.shift()! : states[0]!
      if (state === 'away') response.writeHead(503).end('{"message":"stopping"}')
      else response.end(JSON.stringify({ id: 't', state, error: null }))
    })
  }

  it('reports progress until the task has ended', async () => {
    const client = await taskServer(['NEW', 'RUNNING', 'RUNNING', 'FINISHED'])
    const seen: string[] = []
    const task = await client.tasks.wait('t', {
      pollMs,
      onProgress: ({ state }) => void seen.push(state),
    })
    expect(task.state).toBe('FINISHED')
    expect(seen).toEqual(['NEW', 'RUNNING', 'RUNNING'])
  })

  it('resolves with a task that failed', async () => {
    const client = await taskServer(['RUNNING', 'ERROR'])
    expect((await client.tasks.wait('t', { pollMs })).state).toBe('ERROR')
  })

  it('outlives a server that restarts, but not one that stays away', async () => {
    const back = await taskServer(['RUNNING', 'away', 'away', 'FINISHED'])
    expect((await back.tasks.wait('t', { pollMs })).state).toBe('FINISHED')
    const away = await taskServer(['RUNNING', 'away'])
    expect(await thrownBy(away.tasks.wait('t', { pollMs }))).toMatchObject({ status: 503 })
  })

  it('ends when it is told to', async () => {
    const client = await taskServer(['RUNNING'])
    const abort = new AbortController()
    const waiting = client.tasks.wait('t', {
      signal: abort.signal,
      pollMs: { firstMs: 3_600_000, longestMs: 3_600_000 },
      onProgress: () => abort.abort(),
    })
    expect((await thrownBy(waiting)).name).toBe('AbortError')
  })

  it('passes on what the progress callback throws', async () => {
    const client = await taskServer(['RUNNING'])
    const waiting = client.tasks.wait('t', {
      pollMs,
      onProgress: () => {
        throw new Error('mine')
      },
    })
    expect((await thrownBy(waiting)).message).toBe('mine')
  })
})
