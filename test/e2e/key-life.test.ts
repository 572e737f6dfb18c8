import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HELLO, NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let op: ReturnType<typeof operator>
const endpoints: Record<string, string> = {}

beforeAll(async () => {
  server = await startServer()
  op = operator(server)
  await op.makeNamespace()
  for (const name of ['hello', 'other']) {
    endpoints[name] = (await op.makeFunction(name, HELLO)).endpoint
  }
})
afterAll(() => cleanUp(server))

const granted = (name: string, limits = {}) => ({ name, namespace: NAMESPACE, ...limits })
const status = async (fn: string, secret: string, target = '', method = 'GET') =>
  (await fetch(`${endpoints[fn]}${target}`, { method, headers: { 'x-api-key': secret } })).status

describe('the life of a key', () => {
  it('is limited, switched off and on, deleted, brought back, and gone for good once it leaked', async () => {
    const { keys, deletedKeys } = op.client
    const functions = [granted('hello', { methods: ['GET'], paths: ['/orders'] })]
    const { id, secret } = await keys.create(SCOPE, { name: 'life', functions })
    expect(await status('hello', secret, '/orders/7')).toBe(200)
    expect(await status('hello', secret, '/orders/7', 'POST')).toBe(403)
    expect(await status('hello', secret, '/ordersx')).toBe(403)
    expect(await status('other', secret, '/orders')).toBe(401)

    const off = await keys.switch(SCOPE, 'life', false)
    expect(off.key).toMatchObject({ status: 'Disabled', disabled: true })
    expect(off.lastUsed).not.toBeNull()
    expect(await status('hello', secret, '/orders')).toBe(401)
    expect((await keys.switch(SCOPE, 'life', true)).key.status).toBe('Active')
    expect(await status('hello', secret, '/orders')).toBe(200)

    await keys.delete(SCOPE, 'life')
    expect(await status('hello', secret, '/orders')).toBe(401)
    await deletedKeys.restore(SCOPE, id, { name: 'second-life' })
    expect(await status('hello', secret, '/orders')).toBe(200)
    expect(await status('hello', secret, '/')).toBe(403)

    await keys.delete(SCOPE, 'second-life', { leaked: true })
    expect(await status('hello', secret, '/orders')).toBe(401)
    await expect(deletedKeys.restore(SCOPE, id)).rejects.toMatchObject({ code: 'key_leaked' })
    expect(await status('hello', secret, '/orders')).toBe(401)
  })

  it('opens the functions of its namespace, also those that come later, until that is taken away', async () => {
    const { secret } = await op.client.keys.create(SCOPE, {
      name: 'wide',
      functions: [],
      namespaces: [{ name: NAMESPACE, methods: ['POST'] }],
    })
    expect(await status('hello', secret, '', 'POST')).toBe(200)
    expect(await status('hello', secret)).toBe(403)
    endpoints.later = (await op.makeFunction('later', HELLO)).endpoint
    expect(await status('later', secret, '', 'POST')).toBe(200)
    const fn = await op.client.functions.get(SCOPE, { namespace: NAMESPACE, name: 'later' })
    expect(fn).toMatchObject({ keys: [], namespace_keys: ['wide'] })
    await op.client.keys.update(SCOPE, 'wide', { functions: [granted('later')] })
    expect(await status('later', secret)).toBe(200)
    await op.client.keys.update(SCOPE, 'wide', { namespaces: [] })
    expect(await status('hello', secret, '', 'POST')).toBe(401)
    expect(await status('later', secret)).toBe(200)
  })

  it('keeps its secret and its grants under another name', async () => {
    const { secret } = await op.client.keys.create(SCOPE, {
      name: 'before',
      functions: [granted('hello')],
    })
    await op.client.keys.update(SCOPE, 'before', { name: 'after' })
    const response = await fetch(endpoints.hello!, { headers: { 'x-api-key': secret } })
    expect(await response.text()).toBe('hello after')
  })

  it('begins at the moment of not_before and can be renewed after its end', async () => {
    const beginMs = Math.ceil(Date.now() / 1000) * 1000 + 3_000
    const { secret, status: said } = await op.client.keys.create(SCOPE, {
      name: 'soon',
      not_before: new Date(beginMs).toISOString(),
      expire: new Date(beginMs + 4_000).toISOString(),
      functions: [granted('hello')],
    })
    expect(said).toBe('Scheduled')
    const early: number[] = []
    let askedAtMs = Date.now()
    while (askedAtMs < beginMs - 300) {
      early.push(await status('hello', secret))
      askedAtMs = Date.now()
    }
    // The last may have been judged late.
    expect(early.slice(0, -1).filter((one) => one !== 401)).toEqual([])
    await expect.poll(() => status('hello', secret), { timeout: 10_000 }).toBe(200)
    expect(Date.now()).toBeGreaterThanOrEqual(beginMs)
    await expect.poll(() => status('hello', secret), { timeout: 10_000 }).toBe(401)
    expect(Date.now()).toBeGreaterThanOrEqual(beginMs + 4_000)
    const listed = await op.client.keys.list(SCOPE, { status: 'Expired' })
    expect(listed.results.map((key) => key.name)).toContain('soon')
    await op.client.keys.update(SCOPE, 'soon', { expire: null })
    expect(await status('hello', secret)).toBe(200)
  })
})
