import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintKeySecret } from '../../src/domain/key-secret.ts'
import { call, exchangeRaw, GatewayUnderTest, open, RawConnection, routeOf } from './harness.ts'

const SEEN = `module.exports.handler = (event) => event.extensions.request.headers`

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await GatewayUnderTest.start()
})
afterAll(() => gateway[Symbol.asyncDispose]())

describe('a function that wants a key', () => {
  test('answers every bad key alike, and is not started', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    const other = await gateway.addRoute({ requiresKey: true })
    const expired = await gateway.addKey([route.functionId], { expireMs: Date.now() - 1 })
    const ungranted = await gateway.addKey([other.functionId])
    const badHeaders: Record<string, string>[] = [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': 'garbage' },
      { 'x-api-key': `${mintKeySecret().slice(0, -1)}!` },
      { 'x-api-key': mintKeySecret() },
      { 'x-api-key': expired.secret },
      { 'x-api-key': ungranted.secret },
      { 'x-api-key': `${ungranted.secret}, ${ungranted.secret}` },
      { authorization: `Bearer ${ungranted.secret}` },
    ]
    const bodies = new Set<string>()
    for (const headers of badHeaders) {
      const answer = await call(gateway.port, `/${route.label}`, { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('ApiKey realm="latchkey"')
      expect(answer.headers['content-type']).toBe('application/problem+json')
      const requestId = answer.headers['x-request-id'] as string
      expect(JSON.parse(answer.text)).toMatchObject({
        code: 'key_required',
        request_id: requestId,
      })
      bodies.add(answer.text.replace(requestId, ''))
    }
    expect(bodies.size).toBe(1)
    expect(gateway.messages).toEqual([])
  })

  test('refuses two keys, even when both are good', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    const { secret } = await gateway.addKey([route.functionId])
    const line = `X-API-Key: ${secret}\r\n`
    const answer = await exchangeRaw(
      gateway.port,
      `GET /${route.label} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${line}${line.toLowerCase().replace(secret.toLowerCase(), secret)}\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 401 /)
  })

  test('is closed by the removal of the key, its narrowing and its expiry', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    await gateway.startInstance(route, { 'handler.js': SEEN })
    const first = await gateway.addKey([route.functionId])
    const second = await gateway.addKey([route.functionId])
    const third = await gateway.addKey([route.functionId])
    const status = async (secret: string) => {
      const headers = { 'x-api-key': secret }
      return (await call(gateway.port, `/${route.label}`, { headers })).status
    }
    for (const { secret } of [first, second, third]) expect(await status(secret)).toBe(200)
    await gateway.change({ removedKeyIds: [first.key.keyId] })
    await gateway.change({ keys: [{ ...second.key, functionIds: [] }] })
    await gateway.change({ keys: [{ ...third.key, expireMs: Date.now() }] })
    for (const { secret } of [first, second, third]) expect(await status(secret)).toBe(401)
  })

  test('lets no request pass that begins after the key was removed, under load', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    await gateway.startInstance(route, { 'handler.js': SEEN })
    for (let round = 0; round < 5; round++) {
      const { secret, key } = await gateway.addKey([route.functionId])
      const headers = { 'x-api-key': secret }
      let isRevoked = false
      let passed = 0
      const late: number[] = []
      const caller = async () => {
        for (let status = 200; status === 200; ) {
          const beganLate = isRevoked
          status = (await call(gateway.port, `/${route.label}`, { headers })).status
          if (beganLate) late.push(status)
          else passed += 1
        }
      }
      const callers = Array.from({ length: 8 }, caller)
      while (passed < 50) await call(gateway.port, `/${route.label}`, { headers })
      await gateway.change({ removedKeyIds: [key.keyId] })
      isRevoked = true
      expect((await call(gateway.port, `/${route.label}`, { headers })).status).toBe(401)
      await Promise.all(callers)
      expect(late.filter((status) => status !== 401)).toEqual([])
    }
  })

  test('judges a request that has waited by the key as it is when its turn comes', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    const { secret, key } = await gateway.addKey([route.functionId])
    const req = open(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
    const status = new Promise<number>((resolve) => {
      req.on('response', (res) => resolve(res.statusCode!))
    })
    req.end()
    await gateway.message((m) => m.type === 'demand' && m.functionId === route.functionId)
    await gateway.change({ removedKeyIds: [key.keyId] })
    await gateway.startInstance(route, { 'handler.js': SEEN })
    expect(await status).toBe(401)
  })
})

describe('an open function', () => {
  test('needs no key, sees no secret, and learns who called when the key is good for it', async () => {
    const route = await gateway.addRoute()
    await gateway.startInstance(route, { 'handler.js': SEEN })
    const good = await gateway.addKey([route.functionId])
    const bad = await gateway.addKey([])
    const seenWith = async (headers: Record<string, string>) => {
      const answer = await call(gateway.port, `/${route.label}`, { headers })
      expect(answer.status).toBe(200)
      return JSON.parse(answer.text) as Record<string, string>
    }
    expect(await seenWith({})).not.toHaveProperty('latchkey-key-id')
    expect(await seenWith({ 'x-api-key': good.secret })).toMatchObject({
      'latchkey-key-id': good.key.keyId,
    })
    const anonymous = await seenWith({ 'x-api-key': bad.secret })
    expect(anonymous).not.toHaveProperty('latchkey-key-id')
    expect(JSON.stringify(anonymous)).not.toContain(bad.secret)
  })

  test('cannot be told another identity or address by its caller', async () => {
    const route = await gateway.addRoute()
    await gateway.startInstance(route, { 'handler.js': SEEN })
    const forged = {
      'Latchkey-Key-Id': 'forged',
      latchkey_key_name: 'forged',
      'Latchkey-Anything': 'forged',
      'X-Forwarded-For': 'forged',
      x_forwarded_for: 'forged',
      'X-Forwarded-Host': 'forged',
      'X-Forwarded-Port': 'forged',
      Forwarded: 'for=forged',
      X_API_Key: 'forged',
      'X-Request-Id': 'mine',
    }
    const answer = await call(gateway.port, `/${route.label}`, { headers: forged })
    expect(answer.text).not.toContain('forged')
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
  })
})

describe('who may know what', () => {
  test('a disabled function does not exist for callers without a valid key', async () => {
    for (const requiresKey of [true, false]) {
      const route = await gateway.addRoute({ requiresKey, disabled: true })
      const { secret } = await gateway.addKey([route.functionId])
      const { secret: useless } = await gateway.addKey([])
      const missing = await call(gateway.port, `/${routeOf().label}`)
      for (const headers of [{}, { 'x-api-key': useless }]) {
        const answer = await call(gateway.port, `/${route.label}`, { headers })
        expect(answer.status).toBe(404)
        expect({ ...JSON.parse(answer.text), request_id: '' }).toEqual({
          ...JSON.parse(missing.text),
          request_id: '',
        })
      }
      const answer = await call(gateway.port, `/${route.label}`, {
        headers: { 'x-api-key': secret },
      })
      expect(answer.status).toBe(503)
      expect(JSON.parse(answer.text).code).toBe('function_disabled')
    }
  })

  test('that a function has no version yet is told only after the key', async () => {
    const route = await gateway.addRoute({ requiresKey: true, version: null })
    const { secret } = await gateway.addKey([route.functionId])
    expect((await call(gateway.port, `/${route.label}`)).status).toBe(401)
    const answer = await call(gateway.port, `/${route.label}`, { headers: { 'x-api-key': secret } })
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(JSON.parse(answer.text).code).toBe('function_not_ready')
  })

  test('a removed function is gone, also for whom waits for it', async () => {
    const route = await gateway.addRoute()
    using waiting = await RawConnection.open(gateway.port)
    waiting.send(`GET /${route.label} HTTP/1.1\r\nHost: h\r\n\r\n`)
    await gateway.message((m) => m.type === 'demand' && m.functionId === route.functionId)
    await gateway.change({ removedFunctionIds: [route.functionId] })
    expect(await waiting.until('}')).toMatch(/^HTTP\/1.1 404 /)
    expect((await call(gateway.port, `/${route.label}`)).status).toBe(404)
  })
})

describe('a browser', () => {
  test('is allowed by the gateway itself to send the key', async () => {
    const route = await gateway.addRoute({ requiresKey: true })
    const answer = await call(gateway.port, `/${route.label}/a`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://page.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-api-key,content-type',
      },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-api-key,content-type',
    })
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
  })

  test('may read answers and refusals from any page, unless the function says otherwise', async () => {
    const route = await gateway.addRoute()
    await gateway.startInstance(route, {
      'handler.js': `module.exports.handler = ({ extensions: { request, response } }) => {
        if (request.path === '/own') response.set('Access-Control-Allow-Origin', 'https://one.example')
        return 'ok'
      }`,
    })
    const headers = { origin: 'https://page.example' }
    const origin = async (path: string) => {
      const answer = await call(gateway.port, path, { headers })
      return answer.headers['access-control-allow-origin']
    }
    expect(await origin(`/${route.label}`)).toBe('*')
    expect(await origin(`/${route.label}/own`)).toBe('https://one.example')
    expect(await origin('/nothing')).toBe('*')
    const plain = await call(gateway.port, `/${route.label}`)
    expect(plain.headers).not.toHaveProperty('access-control-allow-origin')
    const exposed = await call(gateway.port, `/${route.label}`, { headers })
    expect(exposed.headers['access-control-expose-headers']).toBe('x-request-id')
  })

  test('reaches the function with an OPTIONS that is no preflight', async () => {
    const route = await gateway.addRoute()
    await gateway.startInstance(route, { 'handler.js': `module.exports.handler = () => 'mine'` })
    const answer = await call(gateway.port, `/${route.label}`, { method: 'OPTIONS' })
    expect(answer.text).toBe('mine')
  })
})
