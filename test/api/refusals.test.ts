import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BODY_BYTES_MAX,
  FUNCTIONS,
  KEYS,
  NAMESPACES,
  startApi,
  type TestApi,
} from './api-harness.ts'
import { checkAnswer, document } from './contract-check.ts'
import { cloudRoutes, routes } from './route-list.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.call('POST', KEYS, { body: { name: 'a-key' } })
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

/** Bodies that every route with a body refuses with 400. */
const WRONG_BODIES: readonly [string, string | Buffer][] = [
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"name"'],
  ['a number', '1e999'],
  ['broken JSON', '{"name": "x"'],
  ['JSON and more', '{} {}'],
  ['a byte that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', Buffer.from('{"name":"ab"}', 'utf16le')],
  ['an unknown field', '{"name":"abc","colour":"red"}'],
  ['an unknown field named constructor', '{"constructor":{"prototype":{"admin":true}}}'],
  ['__proto__', '{"__proto__":{"name":"abc"}}'],
  ['__proto__ in escapes', '{"\\u005f\\u005fproto__":{}}'],
  ['a name of another type', '{"name":{"$ne":null}}'],
  ['NUL in a text', '{"name":"a\\u0000b"}'],
  ['half a surrogate pair', '{"description":"\\ud83d"}'],
  ['deep nesting', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['very many members', `{"functions":[${'0,'.repeat(50_000)}0]}`],
]
const bodyRoutes = cloudRoutes.filter(
  ({ method, path }) => 'requestBody' in document.paths[path]![method.toLowerCase()]!,
)

/** Nothing is required in these, so that no body is as good as an empty one. */
const BODY_MAY_BE_ABSENT = /\/(rotate|rotation\/cancel|restore)$/

describe.each(bodyRoutes)('$name', ({ method, url }) => {
  const wrong = WRONG_BODIES.slice(BODY_MAY_BE_ABSENT.test(url) ? 1 : 0)

  it.each(wrong)('refuses %s', async (_name, raw) => {
    const { json } = await api.call(method, url, { raw })
    expect(json.status).toBe(400)
    expect(['invalid_body', 'invalid_json']).toContain(json.code)
    if (json.code === 'invalid_body') expect(json.errors.length).toBeGreaterThan(0)
  })

  it('refuses a body that is too large with 413, and other types than JSON with 415', async () => {
    const raw = `{"name":"${'x'.repeat(BODY_BYTES_MAX)}"}`
    expect((await api.call(method, url, { raw })).json.code).toBe('body_too_large')
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data', 'nonsense']) {
      const answer = await api.call(method, url, { raw: '{}', headers: { 'content-type': type } })
      expect(answer.json.code).toBe('unsupported_media_type')
    }
  })
})

it('a compressed body is refused for what it is', async () => {
  const headers = { 'content-encoding': 'gzip' }
  const answer = await api.call('POST', KEYS, { raw: gzipSync('{"name":"ab"}'), headers })
  expect(answer.json).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  expect(answer.json.detail).toMatch(/Content-Encoding/)
  const plain = { 'content-encoding': 'identity' }
  expect((await api.call('POST', KEYS, { raw: '{', headers: plain })).json.code).toBe(
    'invalid_json',
  )
})

describe('a wrong parameter', () => {
  it.each([
    ['/cloud/v1/faas/keys/one/1', 'project_id', /an integer/],
    ['/cloud/v1/faas/keys/1/1.5', 'region_id', /an integer/],
    ['/cloud/v1/faas/keys/1/99999999999', 'region_id', /at most/],
    [`${KEYS}/UPPER`, 'key_name', /2 to 26/],
    [`${KEYS}/a%2Fb`, 'key_name', /2 to 26/],
    [`${KEYS}/${'x'.repeat(300)}`, 'key_name', /2 to 26/],
    [`${KEYS}?limit=0`, 'limit', /greater than 0/],
    [`${KEYS}?limit=1001`, 'limit', /at most 1000/],
    [`${KEYS}?limit=ten`, 'limit', /an integer/],
    [`${KEYS}?limit=1&limit=2`, 'limit', /an integer/],
    [`${KEYS}?offset=-1`, 'offset', /at least 0/],
    [`${KEYS}?offset=1e300`, 'offset', /at most/],
    [`${KEYS}?order_by=colour`, 'order_by', /one of created_at.asc/],
    [`${KEYS}?search=A%25`, 'search', /must match/],
    [`${KEYS}?search=`, 'search', /must match/],
    [`${KEYS}?expire_in=0`, 'expire_in', /at least 1/],
    [`${NAMESPACES}?order_by=expire.asc`, 'order_by', /one of/],
    [`${FUNCTIONS}/hello/logs?limit=100001`, 'limit', /at most 100000/],
    [`${KEYS}/a-key/usage?step=week`, 'step', /one of minute/],
    [`${KEYS}/a-key/usage?by=key`, 'by', /one of time/],
    [`${KEYS}/a-key/usage?from=yesterday`, 'from', /a time/],
    [`${FUNCTIONS}/hello/usage?by=function`, 'by', /one of time/],
    ['/cloud/v1/tasks?state=DONE', 'state.0', /one of ERROR/],
    ['/cloud/v1/tasks?from_timestamp=yesterday', 'from_timestamp', /a time/],
    ['/cloud/v1/tasks?is_acknowledged=maybe', 'is_acknowledged', /true or false/],
    ['/cloud/v1/tasks?project_id=x', 'project_id.0', /an integer/],
    ['/cloud/v1/regions?product=beer', 'product', /one of/],
    ['/cloud/v1/projects?order_by=expire.asc', 'order_by', /one of/],
  ])('GET %s names %s', async (url, field, says) => {
    const { json } = await api.call('GET', url)
    expect(json).toMatchObject({ status: 400, code: 'invalid_parameter', errors: [{ field }] })
    expect(json.errors[0].message).toMatch(says)
  })

  it('that nobody knows is passed over, as is a trailing slash', async () => {
    expect((await api.call('GET', `${KEYS}/?colour=red&__proto__=x`)).status).toBe(200)
  })

  it('DELETE of a token wants a number', async () => {
    expect((await api.call('DELETE', '/cloud/v1/tokens/first')).status).toBe(400)
    expect((await api.call('DELETE', '/cloud/v1/tokens/1e300')).status).toBe(400)
  })
})

describe('a path', () => {
  it.each(['/', '/cloud', '/cloud/v2/tasks', '/cloud/v1/faas/keys/1', '/docs/nothing', '/%2e%2e/'])(
    '%s that nobody knows is 404',
    async (url) => {
      expect((await api.call('GET', url)).json.code).toBe('not_found')
    },
  )

  it.each(routes)('$path answers 405 to other methods, with Allow', async ({ url, path }) => {
    const methods = Object.keys(document.paths[path]!).map((method) => method.toUpperCase())
    const other = methods.includes('PUT') ? 'PATCH' : 'PUT'
    const answer = await api.call(other, url, { raw: '{}' })
    expect(answer.json.code).toBe('method_not_allowed')
    expect(String(answer.headers.allow).split(', ')).toEqual(expect.arrayContaining(methods))
    expect((await api.call('OPTIONS', `${url}?a=b`)).status).toBe(405)
  })

  it('that cannot be decoded is 400', async () => {
    expect((await api.call('GET', '/cloud/v1/tasks/%zz')).json.code).toBe('malformed_request')
  })
})

describe('what goes wrong here', () => {
  it('is 500 without the text of the exception, which the log has', async () => {
    const own = await startApi()
    const broken = own.control.keys as { list: unknown }
    broken.list = async () => {
      throw new Error('disk gnomes')
    }
    const answer = await own.call('GET', KEYS)
    expect(answer.json).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.text).not.toContain('gnomes')
    const line = own.logLines.find((one) => one.includes('disk gnomes'))
    expect(line).toContain(String(answer.headers['x-request-id']))
    await own.close()
  })
})

describe('the check of answers', () => {
  it('notices a success that breaks the contract', () => {
    const answer = { method: 'GET', status: 200, contentType: 'application/json; charset=utf-8' }
    const good = JSON.stringify({ count: 0, results: [] })
    checkAnswer({ ...answer, url: KEYS, body: good })
    expect(() => checkAnswer({ ...answer, url: KEYS, body: '{"results":[]}' })).toThrow()
    expect(() => checkAnswer({ ...answer, url: KEYS, status: 201, body: good })).toThrow()
    expect(() => checkAnswer({ ...answer, url: '/cloud/v9', body: good })).toThrow()
    const keyless = '{"count":1,"results":[{"name":"ab"}]}'
    expect(() => checkAnswer({ ...answer, url: KEYS, body: keyless })).toThrow()
  })
})
