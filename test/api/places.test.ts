import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FLAVORS } from '../../src/domain/flavor.ts'
import { startApi, type TestApi } from './api-harness.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('the catalog', () => {
  it('lists the flavors, or the one that is named', async () => {
    const url = '/cloud/v1/faas/flavors/1/1'
    const all = (await api.call('GET', url)).json
    expect(all.count).toBe(FLAVORS.length)
    expect(all.results[1]).toEqual({
      name: '80mCPU-128MB',
      cpu: 80,
      ram: 128,
      memory_enforced_by: 'watch',
      cpu_enforced_by: 'none',
    })
    const one = (await api.call('GET', `${url}?name=80mCPU-128MB`)).json
    expect(one).toEqual({ count: 1, results: [all.results[1]] })
    expect((await api.call('GET', `${url}?name=1mCPU-1MB`)).json.count).toBe(0)
    expect((await api.call('GET', `${url}?name=`)).json.count).toBe(FLAVORS.length)
    expect((await api.call('GET', `${url}?name=small`)).status).toBe(400)
  })

  it('lists the runtimes by language', async () => {
    const { json } = await api.call('GET', '/cloud/v1/faas/runtimes/1/1')
    expect(json.runtimes.nodejs[0]).toMatch(/^nodejs\d+$/)
    const [name] = json.runtimes.nodejs
    expect(json.details[0]).toEqual({ name, language: 'nodejs', ready: true })
  })
})

describe('projects', () => {
  it('are created with 201 and listed', async () => {
    const body = { name: 'Second project', description: null }
    const made = await api.call('POST', '/cloud/v1/projects', { body })
    expect(made).toMatchObject({
      status: 201,
      json: {
        id: 2,
        name: 'Second project',
        description: null,
        is_default: false,
        deleted_at: null,
      },
    })
    const { json } = await api.call(
      'GET',
      '/cloud/v1/projects?order_by=name.desc&include_deleted=true',
    )
    expect(json.count).toBe(2)
    expect(json.results).toContainEqual(made.json)
    const named = await api.call('GET', '/cloud/v1/projects?name=Second%20project&limit=1')
    expect(named.json.results).toEqual([made.json])
    expect((await api.call('POST', '/cloud/v1/projects', { body })).status).toBe(409)
  })
})

describe('regions', () => {
  it('have every member that the contract asks for', async () => {
    const { json } = await api.call('GET', '/cloud/v1/regions?order_by=display_name.asc')
    expect(json).toMatchObject({ count: 1, results: [{ id: 1, available_volume_types: null }] })
    const shown = await api.call('GET', '/cloud/v1/regions?show_volume_types=true')
    expect(shown.json.results[0].available_volume_types).toEqual([])
    const name = encodeURIComponent(json.results[0].display_name)
    expect((await api.call('GET', `/cloud/v1/regions?display_name=${name}`)).json.count).toBe(1)
    expect((await api.call('GET', '/cloud/v1/regions?display_name=moon')).json.count).toBe(0)
    expect((await api.call('GET', '/cloud/v1/regions?product=inference')).json.count).toBe(0)
  })
})

describe('tasks', () => {
  let own: TestApi
  beforeAll(async () => {
    own = await startApi()
    await own.createDemo()
    own.clock.advance(10_000)
    await own.taskEnd(await own.createFunction('good'))
    await own.taskEnd(await own.createFunction('bad', { code_text: '(' }))
  })
  afterAll(() => own.close())

  async function types(query: string): Promise<string[]> {
    const { json } = await own.call('GET', `/cloud/v1/tasks?${query}`)
    return json.results.map((task: { task_type: string }) => task.task_type)
  }

  it('are listed newest first, or in the order that is asked for by either name', async () => {
    const newestFirst = ['create_faas_function', 'create_faas_function', 'create_faas_namespace']
    expect(await types('')).toEqual(newestFirst)
    expect(await types('order_by=asc')).toEqual(newestFirst.toReversed())
    expect(await types('sorting=asc')).toEqual(newestFirst.toReversed())
    expect(await types('sorting=asc&order_by=desc')).toEqual(newestFirst)
  })

  it('are filtered by state, type, place and time, one value or several', async () => {
    expect(await types('state=ERROR')).toHaveLength(1)
    expect(await types('state=ERROR&state=FINISHED')).toHaveLength(3)
    expect(await types('state=NEW&state=RUNNING')).toEqual([])
    expect(await types('task_type=create_faas_namespace')).toHaveLength(1)
    expect(await types('project_id=1&project_id=2&region_id=1')).toHaveLength(3)
    expect(await types('project_id=2')).toEqual([])
    expect(await types('from_timestamp=2026-08-22T11:21:05Z')).toHaveLength(2)
    expect(await types('to_timestamp=2026-08-22T13:21:05%2B02:00')).toHaveLength(1)
    expect(await types('is_acknowledged=false')).toHaveLength(3)
    expect(await types('is_acknowledged=true')).toEqual([])
  })

  it('are paged, ten at a time unless told', async () => {
    const { json } = await own.call('GET', '/cloud/v1/tasks?limit=1&offset=2')
    expect(json.count).toBe(3)
    expect(json.results).toMatchObject([{ task_type: 'create_faas_namespace' }])
  })

  it('that have not ended are listed by place', async () => {
    const url = '/cloud/v1/tasks/1/1/active'
    expect((await own.call('GET', `${url}?task_type=a&task_type=b`)).json).toEqual({
      count: 0,
      results: [],
    })
    await own.control.stop()
    await own.createFunction('waiting')
    const { json } = await own.call('GET', `${url}?task_type=create_faas_function`)
    expect(json).toMatchObject({ count: 1, results: [{ state: 'NEW', finished_on: null }] })
    expect((await own.call('GET', '/cloud/v1/tasks/2/1/active')).json.count).toBe(0)
    expect(
      (await own.call('GET', '/cloud/v1/faas/namespaces/1/1/demo/functions/waiting')).json,
    ).toMatchObject({
      status: 'building',
      build_status: 'pending',
    })
  })

  it('that do not exist are 404', async () => {
    for (const id of ['nobody', '%20', 'a%2Fb', 'x'.repeat(500)]) {
      expect((await own.call('GET', `/cloud/v1/tasks/${id}`)).json.code).toBe('not_found')
    }
  })
})

describe('tokens', () => {
  it('are created once, work, are listed without their secret, and stop with their deletion', async () => {
    const body = { name: 'for the pipeline' }
    const made = await api.call('POST', '/cloud/v1/tokens', { body })
    expect(made.status).toBe(201)
    expect(made.json.token).toMatch(new RegExp(`^${made.json.id}\\$\\w{43}$`))
    const authorization = `APIKey ${made.json.token}`
    const listed = await api.call('GET', '/cloud/v1/tokens', { authorization })
    expect(listed.json.results).toContainEqual({
      id: made.json.id,
      name: 'for the pipeline',
      source: 'api',
      description: '',
      roles: [{ project_id: null, role: 'owner' }],
      expire: null,
      issued_by: 'first-start',
      user_id: null,
      last_used_at: '2026-08-22T11:21:00Z',
      created_at: '2026-08-22T11:21:00Z',
    })
    expect(listed.text).not.toContain(made.json.token.split('$')[1])

    const gone = await api.call('DELETE', `/cloud/v1/tokens/${made.json.id}`)
    expect(gone.status).toBe(204)
    expect((await api.call('GET', '/cloud/v1/tokens', { authorization })).status).toBe(401)
    expect((await api.call('DELETE', `/cloud/v1/tokens/${made.json.id}`)).status).toBe(404)
  })

  it('keep one: the last cannot be deleted', async () => {
    expect((await api.call('DELETE', '/cloud/v1/tokens/1')).json.code).toBe('conflict')
  })
})
