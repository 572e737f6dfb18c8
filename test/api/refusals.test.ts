import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  BODY_BYTES_MAX,
  FUNCTIONS,
  helloFunction,
  KEYS,
  NAMESPACES,
  startApi,
  type TestApi,
} from './api-harness.ts'
import { checkAnswer, document } from './contract-check.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.call('POST', KEYS, { body: { name: 'a-key' } })
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

const PARAMETERS: Readonly<Record<string, string>> = {
  project_id: '1',
  region_id: '1',
  key_name: 'a-key',
  namespace_name: 'demo',
  function_name: 'hello',
  task_id: 'x',
  token_id: '1',
}
const routes = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name]!),
  })),
)
const cloudRoutes = routes.filter(({ path }) => path.startsWith('/cloud/'))

describe('without a valid token', () => {
  it.each(cloudRoutes)('$name is 401', async ({ method, url }) => {
    const answer = await api.call(method, url, { authorization: null })
    expect(answer.json).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(answer.headers['www-authenticate']).toMatch(/^apikey\b/)
  })

  it.each([
    '',
    'apikey',
    'apikey ',
    'apikey 1',
    'apikey $',
    'apikey 1$',
    'apikey 1$wrong',
    'apikey 999999$wrong',
    'apikey 99999999999999999999$wrong',
    'Bearer 1$wrong',
    'apikey one$wrong',
    "apikey 1' OR '1'='1",
    `apikey 1$${'x'.repeat(5000)}`,
  ])('%j is 401', async (authorization) => {
    expect((await api.call('GET', KEYS, { authorization })).status).toBe(401)
  })

  it('a token that lacks or gains a character is 401, in either spelling it is 200', async () => {
    const { token } = api
    for (const wrong of [token.slice(0, -1), `${token}x`, token.replace(/^\d+/, '2')]) {
      expect((await api.call('GET', KEYS, { authorization: `apikey ${wrong}` })).status).toBe(401)
    }
    for (const right of [token, token.replace('$', '_')]) {
      for (const scheme of ['apikey', 'APIKey', 'ApiKey ']) {
        const authorization = `${scheme} ${right}`
        expect((await api.call('GET', KEYS, { authorization })).status).toBe(200)
      }
    }
  })

  it('the log holds neither tokens nor key secrets', async () => {
    const made = await api.call('POST', KEYS, { body: { name: 'canary' } })
    const log = api.logLines.join('\n')
    expect(log).toContain('"path":"/cloud/v1/faas/keys/1/1"')
    expect(log).not.toContain(api.token.split('$')[1])
    expect(log).not.toContain(made.json.secret)
  })
})

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
const bodyRoutes = cloudRoutes.filter(({ method }) => method === 'POST' || method === 'PATCH')

describe.each(bodyRoutes)('$name', ({ method, url }) => {
  it.each(WRONG_BODIES)('refuses %s', async (_name, raw) => {
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

type Case = readonly [change: object, field: string, says: RegExp]

/** Fields that are wrong in an otherwise right body: which field the answer names, and what it says. */
const KEY_CASES: readonly Case[] = [
  [{ name: undefined }, 'name', /^is required$/],
  [{ name: null }, 'name', /a string/],
  [{ name: 7 }, 'name', /a string/],
  [{ name: 'a' }, 'name', /2 to 26 characters/],
  [{ name: 'x'.repeat(27) }, 'name', /2 to 26 characters/],
  [{ name: 'Name' }, 'name', /lower-case/],
  [{ name: '1abc' }, 'name', /letter first/],
  [{ name: 'ab-' }, 'name', /no hyphen last/],
  [{ name: 'ab\n' }, 'name', /2 to 26/],
  [{ name: 'naïve' }, 'name', /2 to 26/],
  [{ name: '../etc' }, 'name', /2 to 26/],
  [{ description: 5 }, 'description', /a string/],
  [{ description: 'x'.repeat(4097) }, 'description', /at most 4096/],
  [{ expire: 'tomorrow' }, 'expire', /a time with its zone/],
  [{ expire: '2026-09-01T00:00:00' }, 'expire', /a time with its zone/],
  [{ expire: 1788220800 }, 'expire', /a string/],
  [{ expire: '' }, 'expire', /a time/],
  [{ functions: null }, 'functions', /a list/],
  [{ functions: {} }, 'functions', /a list/],
  [{ functions: ['demo/hello'] }, 'functions.0', /a JSON object/],
  [{ functions: [{ name: 'hello' }] }, 'functions.0.namespace', /is required/],
  [{ functions: [{ name: 'hello', namespace: 'Demo' }] }, 'functions.0.namespace', /2 to 26/],
  [{ functions: [{ name: 'hello', namespace: 'demo', id: 1 }] }, 'functions.0.id', /not a known/],
  [{ secret: 'mine' }, 'secret', /not a known field/],
  [{ 'a/b~c': 1 }, 'a/b~c', /not a known field/],
]

const FUNCTION_CASES: readonly Case[] = [
  ...['name', 'runtime', 'timeout', 'flavor', 'autoscaling', 'code_text', 'main_method'].map(
    (name): Case => [{ [name]: undefined }, name, /^is required$/],
  ),
  [{ timeout: '5' }, 'timeout', /an integer/],
  [{ timeout: 5.5 }, 'timeout', /an integer/],
  [{ timeout: -1 }, 'timeout', /at least 0/],
  [{ timeout: 181 }, 'timeout', /at most 180/],
  [{ code_text: '' }, 'code_text', /not be empty/],
  [{ code_text: 'x'.repeat(100_001) }, 'code_text', /at most 100000/],
  [{ main_method: 'x'.repeat(101) }, 'main_method', /at most 100/],
  [{ dependencies: {} }, 'dependencies', /a string/],
  [{ description: 'x'.repeat(256) }, 'description', /at most 255/],
  [{ enable_api_key: 'true' }, 'enable_api_key', /true or false/],
  [{ disabled: 0 }, 'disabled', /true or false/],
  [{ keys: 'a-key' }, 'keys', /a list/],
  [{ keys: ['A key'] }, 'keys.0', /2 to 26/],
  [{ envs: [] }, 'envs', /a JSON object/],
  [{ envs: { '1A': 'x' } }, 'envs.1A', /name of an environment variable/],
  [{ envs: { 'A-B': 'x' } }, 'envs.A-B', /name of an environment variable/],
  [{ envs: { '': 'x' } }, 'envs.', /name of an environment variable/],
  [{ envs: { A: 1 } }, 'envs.A', /a string/],
  [{ envs: { A: 'x'.repeat(256) } }, 'envs.A', /at most 255/],
  [{ envs: { A: 'a\0b' } }, 'envs.A', /NUL/],
  [{ envs: { ['A'.repeat(256)]: 'x' } }, `envs.${'A'.repeat(195)}`, /at most 255/],
  [{ autoscaling: { max_instances: 1 } }, 'autoscaling.min_instances', /is required/],
  [{ autoscaling: { min_instances: 0, max_instances: 51 } }, 'autoscaling.max_instances', /50/],
  [{ autoscaling: { min_instances: 0, max_instances: 0 } }, 'autoscaling.max_instances', /least 1/],
  [
    { autoscaling: { min_instances: 0, max_instances: 1, cpu: 1 } },
    'autoscaling.cpu',
    /not a known/,
  ],
  [{ files: { '../up.js': '' } }, 'files.../up.js', /relative path/],
  [{ files: { '/etc/passwd': '' } }, 'files./etc/passwd', /relative path/],
  [{ files: { 'a//b': '' } }, 'files.a//b', /relative path/],
  [{ files: { 'a/./b': '' } }, 'files.a/./b', /relative path/],
  [{ files: { 'a\\b': '' } }, 'files.a\\b', /relative path/],
  [{ files: { 'a.js': 1 } }, 'files.a.js', /a string/],
  [{ id: 'mine' }, 'id', /not a known field/],
]

const OTHER_CASES: readonly (readonly [string, string, object, ...Case])[] = [
  ['POST', NAMESPACES, { name: 'shop' }, { name: 'Shop' }, 'name', /2 to 26/],
  ['POST', NAMESPACES, { name: 'shop' }, { functions: [] }, 'functions', /not a known/],
  ['PATCH', `${NAMESPACES}/demo`, {}, { name: 'shop' }, 'name', /not a known/],
  ['PATCH', `${NAMESPACES}/demo`, {}, { envs: { A: null } }, 'envs.A', /a string/],
  ['POST', '/cloud/v1/projects', { name: 'Name' }, { name: ' x' }, 'name', /3 to 63 characters/],
  ['POST', '/cloud/v1/projects', { name: 'Name' }, { id: 4 }, 'id', /not a known/],
  ['POST', '/cloud/v1/tokens', { name: 'ci' }, { name: '' }, 'name', /not be empty/],
  ['POST', '/cloud/v1/tokens', { name: 'ci' }, { name: 'x'.repeat(101) }, 'name', /at most 100/],
  ['PATCH', `${FUNCTIONS}/hello`, {}, { runtime: 'nodejs26' }, 'runtime', /not a known/],
  ['PATCH', `${FUNCTIONS}/hello`, {}, { name: 'other' }, 'name', /not a known/],
  ['PATCH', `${FUNCTIONS}/hello`, {}, { autoscaling: 3 }, 'autoscaling', /a JSON object/],
  ['PATCH', `${KEYS}/a-key`, {}, { name: 'other' }, 'name', /not a known/],
  ['PATCH', `${KEYS}/a-key`, {}, { expire: 'never' }, 'expire', /a time/],
]
const CASES = [
  ...KEY_CASES.map((one) => ['POST', KEYS, { name: 'fine' }, ...one] as const),
  ...FUNCTION_CASES.map((one) => ['POST', FUNCTIONS, helloFunction('fine'), ...one] as const),
  ...OTHER_CASES,
]

describe('a wrong field', () => {
  it.each(CASES)(
    '%s %s with %o changed by %o names %s',
    async (method, url, base, change, field, says) => {
      const { json } = await api.call(method, url, { body: { ...base, ...change } })
      expect(json).toMatchObject({ status: 400, code: 'invalid_body' })
      expect(json.errors).toHaveLength(1)
      expect(json.errors[0].field).toBe(field)
      expect(json.errors[0].message).toMatch(says)
      expect(json.message).toContain(json.errors[0].message)
    },
  )

  it('does not hide the others', async () => {
    const { json } = await api.call('POST', FUNCTIONS, { body: { name: 'A', colour: 1, size: 2 } })
    const fields = json.errors.map((error: { field: string }) => error.field).sort()
    expect(fields).toEqual([
      'autoscaling',
      'code_text',
      'colour',
      'flavor',
      'main_method',
      'name',
      'runtime',
      'size',
      'timeout',
    ])
    expect(json.message).toMatch(/; and 6 more\.$/)
  })

  it('is told of at most fifty times', async () => {
    const functions = Array.from({ length: 5000 }, () => ({}))
    const { json, text } = await api.call('POST', KEYS, { body: { name: 'fine', functions } })
    expect(json.errors).toHaveLength(50)
    expect(text.length).toBeLessThan(20_000)
  })

  it('may have a long name, which is cut', async () => {
    const { text } = await api.call('POST', KEYS, { body: { name: 'fine', ['x'.repeat(1e5)]: 1 } })
    expect(text.length).toBeLessThan(2000)
  })
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
    const answer = await api.call('PUT', url, { raw: '{}' })
    expect(answer.json.code).toBe('method_not_allowed')
    const methods = Object.keys(document.paths[path]!).map((method) => method.toUpperCase())
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
