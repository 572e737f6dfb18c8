import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FUNCTIONS, KEYS, NAMESPACES, startApi, type TestApi } from './api-harness.ts'

let api: TestApi
const hello = { name: 'hello', namespace: 'demo' }
const bye = { name: 'bye', namespace: 'demo' }

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  await api.createFunction('hello')
  await api.createFunction('bye')
})
afterAll(() => api.close())

const tagOf = async (url: string) => String((await api.call('GET', url)).headers.etag)
const patch = (url: string, body: object, ifMatch?: string) =>
  api.call('PATCH', url, { body, ...(ifMatch && { headers: { 'if-match': ifMatch } }) })

async function newKey(name: string, body: object = {}) {
  await api.call('POST', KEYS, { body: { name, functions: [hello], ...body } })
  return `${KEYS}/${name}`
}

describe('the tag of a key', () => {
  it('is strong, stays while nothing is edited, and is new after a change', async () => {
    const url = await newKey('tagged')
    const first = await tagOf(url)
    expect(first).toMatch(/^"[0-9a-f]{32}"$/)
    expect(await tagOf(url)).toBe(first)
    const { headers } = await patch(url, { description: 'other' })
    expect(headers.etag).not.toBe(first)
    expect(await tagOf(url)).toBe(headers.etag)
  })

  it('is another for everything that can be edited, and the old one again when it is set back', async () => {
    const url = await newKey('everything', { labels: { b: '1', a: '2' } })
    const first = await tagOf(url)
    const before = { name: 'everything', description: '', labels: { a: '2', b: '1' } }
    const times = { expire: null, not_before: null, disabled: false }
    const back = { ...before, ...times, functions: [hello], namespaces: [] }
    const changes = [
      { description: 'x' },
      { labels: {} },
      { expire: '2026-12-01T00:00:00Z' },
      { not_before: '2026-12-01T00:00:00Z' },
      { disabled: true },
      { functions: [hello, bye] },
      { functions: [{ ...hello, methods: ['GET'] }] },
      { functions: [{ ...hello, paths: ['/a'] }] },
      { namespaces: [{ name: 'demo' }] },
    ]
    const seen = new Set([first])
    for (const change of changes) seen.add(String((await patch(url, change)).headers.etag))
    expect(seen.size).toBe(changes.length + 1)
    expect((await patch(url, back)).headers.etag).toBe(first)
    expect((await patch(url, { name: 'all-of-it' })).headers.etag).not.toBe(first)
  })

  it('does not mind a rotation, which edits nothing', async () => {
    const url = await newKey('rotated')
    const first = await tagOf(url)
    await api.call('POST', `${url}/rotate`, { body: {} })
    expect(await tagOf(url)).toBe(first)
  })

  it('is another for a key that was made anew under the same name', async () => {
    const url = await newKey('again')
    const first = await tagOf(url)
    await api.call('DELETE', url)
    await newKey('again')
    expect(await tagOf(url)).not.toBe(first)
  })
})

describe('a change of a key that is bound to what was read', () => {
  it('is made when nobody has changed it, and refused when somebody has', async () => {
    const url = await newKey('bound')
    const read = await tagOf(url)
    const mine = await patch(url, { description: 'mine' }, read)
    expect(mine.status).toBe(200)
    const theirs = await patch(url, { description: 'theirs' }, read)
    expect(theirs.json).toMatchObject({ status: 412, code: 'changed_meanwhile' })
    expect(theirs.json.message).toContain('bound')
    expect((await api.call('GET', url)).json.description).toBe('mine')
    expect((await patch(url, { description: 'theirs' }, String(mine.headers.etag))).status).toBe(
      200,
    )
  })

  it('leaves no trace in the audit when it is refused', async () => {
    const url = await newKey('untouched')
    await patch(url, { description: 'x' }, '"other"')
    const rows = await api.call('GET', '/cloud/v1/audit?entity_name=untouched')
    expect(rows.json.results.map((row: { action: string }) => row.action)).toEqual(['key.created'])
  })

  it('is won by exactly one of many at the same moment', async () => {
    const url = await newKey('raced')
    const read = await tagOf(url)
    const descriptions = Array.from({ length: 12 }, (_, n) => `writer ${n}`)
    const answers = await Promise.all(
      descriptions.map((description) => patch(url, { description }, read)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(11)
    const winner = answers.find(({ status }) => status === 200)!
    expect((await api.call('GET', url)).json.description).toBe(winner.json.description)
  })

  it('loses no change when everybody reads again and repeats', async () => {
    const url = await newKey('counted')
    const addLabel = async (label: string): Promise<void> => {
      for (;;) {
        const read = await api.call('GET', url)
        const labels = { ...read.json.labels, [label]: '' }
        const answer = await patch(url, { labels }, String(read.headers.etag))
        if (answer.status === 200) return
        expect(answer.status).toBe(412)
      }
    }
    const names = Array.from({ length: 8 }, (_, n) => `label-${n}`)
    await Promise.all(names.map(addLabel))
    const { labels } = (await api.call('GET', url)).json
    expect(Object.keys(labels).sort()).toEqual(names)
  })

  it('may be a deletion', async () => {
    const url = await newKey('deleted')
    const read = await tagOf(url)
    await patch(url, { description: 'other' })
    const headers = { 'if-match': read }
    expect((await api.call('DELETE', url, { headers })).status).toBe(412)
    const now = { 'if-match': await tagOf(url) }
    expect((await api.call('DELETE', url, { headers: now })).status).toBe(204)
    expect((await api.call('DELETE', url, { headers: now })).status).toBe(404)
  })

  it('is not refused without the header, nor with *', async () => {
    const url = await newKey('free')
    expect((await patch(url, { description: '1' })).status).toBe(200)
    expect((await patch(url, { description: '2' }, '*')).status).toBe(200)
  })

  it('takes a list of tags, of which weak ones match nothing', async () => {
    const url = await newKey('listed')
    const read = await tagOf(url)
    expect((await patch(url, {}, `W/${read}`)).status).toBe(412)
    expect((await patch(url, {}, `"a,b", W/"c" ,${read}`)).status).toBe(200)
    expect((await patch(url, {}, '"", "other"')).status).toBe(412)
  })

  it.each(['bare', '"open', 'a"b"', '"a" "b"', '"a",', '*, "a"', 'w/"a"', '"a\tb"', '"'.repeat(5)])(
    'is refused with 400 for %j, which is no list of tags',
    async (header) => {
      const url = await newKey('malformed')
      const { json } = await patch(url, {}, header)
      expect(json).toMatchObject({ status: 400, code: 'invalid_parameter' })
      expect(json.errors[0].field).toBe('if-match')
    },
  )

  it('is another request than one with another tag under the same Idempotency-Key', async () => {
    const url = await newKey('repeated')
    const body = { description: 'once' }
    const headers = { 'idempotency-key': 'edit-1', 'if-match': await tagOf(url) }
    const first = await api.call('PATCH', url, { body, headers })
    expect(first.status).toBe(200)
    const again = await api.call('PATCH', url, { body, headers })
    expect(again).toMatchObject({ status: 200, json: first.json })
    const other = { ...headers, 'if-match': String(first.headers.etag) }
    expect((await api.call('PATCH', url, { body, headers: other })).status).toBe(422)
  })
})

describe('the tag of a function', () => {
  const url = `${FUNCTIONS}/hello`

  it('stays over a build and is new after a change, secret values included', async () => {
    const first = await tagOf(url)
    const changes = [
      { description: 'x' },
      { envs: { A: '1' } },
      { secret_envs: { B: 'one' } },
      { secret_envs: { B: 'two' } },
      { timeout: 9 },
      { enable_api_key: true },
      { disabled: true },
    ]
    const seen = new Set([first])
    for (const change of changes) {
      const answer = await patch(url, change)
      seen.add(String(answer.headers.etag))
      await api.taskEnd(answer)
      expect(await tagOf(url)).toBe(answer.headers.etag)
    }
    expect(seen.size).toBe(changes.length + 1)
  })

  it('is new when a key is given it', async () => {
    const before = await tagOf(url)
    await newKey('given')
    expect(await tagOf(url)).not.toBe(before)
  })

  it('binds changes and the deletion', async () => {
    const read = await tagOf(url)
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((description) => patch(url, { description }, read)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    const headers = { 'if-match': read }
    const refused = await api.call('DELETE', url, { headers })
    expect(refused.json).toMatchObject({ status: 412, code: 'changed_meanwhile' })
    const now = { 'if-match': await tagOf(url) }
    expect((await api.call('DELETE', url, { headers: now })).status).toBe(200)
  })

  it('is not told to an invoker, to whom most of what it is made from is hidden', async () => {
    const authorization = await invoker('caller')
    const read = await api.call('GET', `${FUNCTIONS}/bye`, { authorization })
    expect(read.status).toBe(200)
    expect(read.headers.etag).toBeUndefined()
  })
})

describe('the tag of a namespace', () => {
  async function newNamespace(name: string, body: object = {}) {
    await api.taskEnd(await api.call('POST', NAMESPACES, { body: { name, ...body } }))
    return `${NAMESPACES}/${name}`
  }

  it('is another for everything that can be edited, and the old one again when it is set back', async () => {
    const url = await newNamespace('everything', { envs: { B: '1', A: '2' } })
    const first = await tagOf(url)
    expect(first).toMatch(/^"[0-9a-f]{32}"$/)
    const changes = [
      { description: 'x' },
      { envs: { A: '2' } },
      { envs: {} },
      { secret_envs: { C: 'one' } },
      { secret_envs: { C: 'two' } },
    ]
    const seen = new Set([first])
    for (const change of changes) {
      const answer = await patch(url, change)
      seen.add(String(answer.headers.etag))
      expect(await tagOf(url)).toBe(answer.headers.etag)
    }
    expect(seen.size).toBe(changes.length + 1)
    const back = { description: '', envs: { A: '2', B: '1' }, secret_envs: { C: null } }
    expect((await patch(url, back)).headers.etag).toBe(first)
  })

  it('stays when its functions change, and whether it is read with them or without', async () => {
    const url = `${NAMESPACES}/demo`
    const first = await tagOf(url)
    await api.taskEnd(await patch(`${FUNCTIONS}/bye`, { envs: { OWN: 'value' } }))
    expect(await tagOf(`${url}?functions=false`)).toBe(first)
  })

  it('is another for one that was made anew under the same name', async () => {
    const url = await newNamespace('again')
    const first = await tagOf(url)
    await api.call('DELETE', url)
    await newNamespace('again')
    expect(await tagOf(url)).not.toBe(first)
  })

  it('binds changes, of which exactly one of many at the same moment is made', async () => {
    const url = await newNamespace('raced')
    const read = await tagOf(url)
    const writers = Array.from({ length: 8 }, (_, n) => ({ envs: { WRITER: String(n) } }))
    const answers = await Promise.all(writers.map((body) => patch(url, body, read)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    const late = answers.find(({ status }) => status !== 200)!
    expect(late.json).toMatchObject({ status: 412, code: 'changed_meanwhile' })
    expect(late.json.message).toContain('namespace raced')
    const winner = writers[statuses.indexOf(200)]!
    expect((await api.call('GET', url)).json.envs).toEqual(winner.envs)
  })

  it('loses no value when everybody reads again and repeats', async () => {
    const url = await newNamespace('counted')
    const addValue = async (name: string): Promise<void> => {
      for (;;) {
        const read = await api.call('GET', url)
        const envs = { ...read.json.envs, [name]: '' }
        const answer = await patch(url, { envs }, String(read.headers.etag))
        if (answer.status === 200) return
        expect(answer.status).toBe(412)
      }
    }
    const names = Array.from({ length: 6 }, (_, n) => `VALUE_${n}`)
    await Promise.all(names.map(addValue))
    expect(Object.keys((await api.call('GET', url)).json.envs).sort()).toEqual(names)
  })

  it('binds the deletion, and asks nothing of those who do not send it', async () => {
    const url = await newNamespace('deleted')
    const read = await tagOf(url)
    expect((await patch(url, { description: 'other' })).status).toBe(200)
    const refused = await api.call('DELETE', url, { headers: { 'if-match': read } })
    expect(refused.json).toMatchObject({ status: 412, code: 'changed_meanwhile' })
    const now = { 'if-match': await tagOf(url) }
    expect((await api.call('DELETE', url, { headers: now })).status).toBe(200)
    const free = await newNamespace('deleted')
    expect((await api.call('DELETE', free)).status).toBe(200)
  })

  it('is not told to an invoker', async () => {
    const authorization = await invoker('looker')
    const read = await api.call('GET', `${NAMESPACES}/demo`, { authorization })
    expect(read.status).toBe(200)
    expect(read.headers.etag).toBeUndefined()
  })
})

async function invoker(name: string): Promise<string> {
  const roles = [{ role: 'invoker', project_id: 1 }]
  const made = await api.call('POST', '/cloud/v1/tokens', { body: { name, roles } })
  return `apikey ${made.json.token}`
}
