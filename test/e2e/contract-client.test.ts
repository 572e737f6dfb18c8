import { afterAll, beforeAll, expect, it } from 'vitest'
import { call } from '../helpers/operator.ts'
import { cleanUp, startServer, TEST_TOKEN, type TestServer } from '../helpers/server.ts'

/* Bodies, headers and reading as a client library in Go makes them, whose structs leave out what is empty. */

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => cleanUp(server))

// biome-ignore lint/suspicious/noExplicitAny: answers of every form
type Json = any
const FUNCTIONS = 'faas/namespaces/1/1/shop/functions'

async function send(method: string, path: string, body?: unknown): Promise<[number, Json]> {
  const response = await fetch(`${server.apiUrl}/cloud/v1/${path}`, {
    method,
    headers: {
      // The scheme in another case, and the token's other separator.
      authorization: `APIKey ${TEST_TOKEN.replace('$', '_')}`,
      accept: 'application/json',
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)]
}

/** Polls the first task as the client does, which gives up on an error. */
async function finished([status, answer]: [number, Json]): Promise<Json> {
  expect(status).toBe(200)
  expect(Object.keys(answer)).toEqual(['tasks'])
  let task: Json
  await expect
    .poll(
      async () => {
        task = (await send('GET', `tasks/${answer.tasks[0]}`))[1]
        expect(task.error).toBe(null)
        expect(task.created_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/)
        return task.state
      },
      { timeout: 30_000 },
    )
    .toBe('FINISHED')
  return task
}

it('a namespace, a function and a key live their lives', async () => {
  const [, { runtimes }] = await send('GET', 'faas/runtimes/1/1')
  const namespace = { name: 'shop', description: '', envs: {} }
  const made = await finished(await send('POST', 'faas/namespaces/1/1', namespace))
  expect(made.created_resources.faas_namespaces).toHaveLength(1)

  const fn = {
    name: 'price',
    description: '',
    envs: {},
    runtime: runtimes.nodejs[0],
    timeout: 5,
    flavor: '80mCPU-128MB',
    autoscaling: { min_instances: 0, max_instances: 2 },
    code_text: 'module.exports.main = () => process.env.PRICE ?? "free"',
    main_method: 'main',
  }
  const deployed = await finished(await send('POST', FUNCTIONS, fn))
  expect(deployed.created_resources.faas_functions).toHaveLength(1)
  const [, read] = await send('GET', `${FUNCTIONS}/price`)
  // What a client compares with what it sent.
  expect(read).toMatchObject({ ...fn, enable_api_key: false, disabled: false, keys: [] })
  expect(await call(read.endpoint)).toBe(200)

  // Null for an absent map; only what changes.
  await finished(await send('PATCH', `${FUNCTIONS}/price`, { envs: { PRICE: '4' } }))
  await finished(await send('PATCH', `${FUNCTIONS}/price`, { timeout: 7, envs: null }))
  expect(await (await fetch(read.endpoint)).text()).toBe('4')

  const key = { name: 'web', description: '' }
  const [created, { secret, ...shown }] = await send('POST', 'faas/keys/1/1', key)
  expect(created).toBe(200)
  expect(shown).toMatchObject({ ...key, functions: [], expire: null, status: 'Active' })
  await finished(await send('PATCH', `${FUNCTIONS}/price`, { enable_api_key: true, keys: ['web'] }))
  expect(await call(read.endpoint)).toBe(401)
  expect(await call(read.endpoint, secret)).toBe(200)
  const [, opens] = await send('GET', 'faas/keys/1/1/web')
  expect(opens.functions).toEqual([{ name: 'price', namespace: 'shop' }])
  const change = { description: 'of the web', expire: '2099-01-02T03:04:05Z' }
  const [, patched] = await send('PATCH', 'faas/keys/1/1/web', change)
  expect(patched).toMatchObject({ ...change, functions: opens.functions })
  // A Go slice that is made and empty is sent; one that is nil is left out.
  await finished(await send('PATCH', `${FUNCTIONS}/price`, { keys: [] }))
  expect(await call(read.endpoint, secret)).toBe(401)

  const page = 'limit=1&offset=0&search=pri&order_by=name.asc'
  const [, list] = await send('GET', `${FUNCTIONS}?${page}`)
  expect(list).toMatchObject({ count: 1, results: [{ name: 'price' }] })
  const [, namespaces] = await send('GET', 'faas/namespaces/1/1?order_by=created_at.desc')
  expect(namespaces.results[0].functions).toHaveLength(1)

  expect(await send('DELETE', 'faas/keys/1/1/web')).toEqual([204, null])
  await finished(await send('DELETE', `${FUNCTIONS}/price`))
  expect((await send('GET', `${FUNCTIONS}/price`))[0]).toBe(404)
  await finished(await send('DELETE', 'faas/namespaces/1/1/shop'))
  const [gone, problem] = await send('GET', 'faas/namespaces/1/1/shop')
  expect(gone).toBe(404)
  expect(problem.message).toBe('There is no namespace named shop.')
})
