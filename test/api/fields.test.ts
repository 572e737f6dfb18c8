import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FUNCTIONS,
  helloFunction,
  KEYS,
  NAMESPACES,
  startApi,
  type TestApi,
} from './api-harness.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.call('POST', KEYS, { body: { name: 'a-key' } })
  await api.taskEnd(await api.createFunction('hello'))
})
afterAll(() => api.close())

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
  ['PATCH', `${KEYS}/a-key`, {}, { name: 'Other' }, 'name', /lower-case/],
  ['PATCH', `${KEYS}/a-key`, {}, { id: 'x' }, 'id', /not a known/],
  ['PATCH', `${KEYS}/a-key`, {}, { disabled: 'yes' }, 'disabled', /true or false/],
  ['PATCH', `${KEYS}/a-key`, {}, { not_before: 'soon' }, 'not_before', /a time/],
  ['PATCH', `${KEYS}/a-key`, {}, { labels: { 'a b': 'x' } }, 'labels.a b', /1 to 63/],
  ['PATCH', `${KEYS}/a-key`, {}, { labels: { ab: 'x,y' } }, 'labels.ab', /1 to 63/],
  ['PATCH', `${KEYS}/a-key`, {}, { labels: { ab: 7 } }, 'labels.ab', /a string/],
  ['PATCH', `${KEYS}/a-key`, {}, { namespaces: [{ name: 'No' }] }, 'namespaces.0.name', /lower/],
  [
    'PATCH',
    `${KEYS}/a-key`,
    {},
    { functions: [{ name: 'hello', namespace: 'demo', paths: ['orders'] }] },
    'functions.0.paths.0',
    /begin with a slash/,
  ],
  [
    'PATCH',
    `${KEYS}/a-key`,
    {},
    { functions: [{ name: 'hello', namespace: 'demo', methods: ['GE T'] }] },
    'functions.0.methods.0',
    /HTTP method/,
  ],
  ['PATCH', '/cloud/v1/faas/key_settings/1', {}, { unused_days: -1 }, 'unused_days', /at least 0/],
  ['PATCH', '/cloud/v1/faas/key_settings/1', {}, { notice_days: [0] }, 'notice_days.0', /least 1/],
  [
    'PATCH',
    '/cloud/v1/faas/key_settings/1',
    {},
    { key_life_days_max: 0 },
    'key_life_days_max',
    /at least 1/,
  ],
  [
    'PATCH',
    '/cloud/v1/faas/key_settings/1',
    {},
    { notice_emails: ['ann'] },
    'notice_emails.0',
    /e-mail address/,
  ],
  ['PATCH', `${KEYS}/a-key`, {}, { expire: 'never' }, 'expire', /a time/],
]
const CASES = [
  ...KEY_CASES.map((one) => ['POST', KEYS, { name: 'fine' }, ...one] as const),
  ...FUNCTION_CASES.map((one) => ['POST', FUNCTIONS, helloFunction('fine'), ...one] as const),
  ...OTHER_CASES,
]

const TITLED = CASES.map((one) => {
  const [method, url, , change, field] = one
  const shown = JSON.stringify(change).slice(0, 60)
  return [`${method} ${url} with ${shown} names ${field.slice(0, 40)}`, one] as const
})

describe('a wrong field', () => {
  it.each(TITLED)('%s', async (_title, [method, url, base, change, field, says]) => {
    const { json } = await api.call(method, url, { body: { ...base, ...change } })
    expect(json).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(json.errors).toHaveLength(1)
    expect(json.errors[0].field).toBe(field)
    expect(json.errors[0].message).toMatch(says)
    expect(json.message).toContain(json.errors[0].message)
  })

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
