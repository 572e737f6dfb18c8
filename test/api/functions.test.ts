import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logLine } from '../helpers/hand-made-logs.ts'
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
  await api.call('POST', KEYS, { body: { name: 'opener' } })
})
afterAll(() => api.close())

describe('creating a function', () => {
  it('answers a task that finishes with the function, which then can be called', async () => {
    const answer = await api.createFunction('made', {
      description: 'says hello',
      envs: { GREETING: 'hé' },
      dependencies: '',
      files: { 'lib/words.js': "module.exports = 'x'" },
      enable_api_key: true,
      disabled: false,
      keys: ['opener', 'opener'],
    })
    expect(answer).toMatchObject({ status: 200, json: { tasks: [expect.any(String)] } })
    expect(answer.headers['latchkey-propagation']).toMatch(/; applied$/)

    const task = await api.taskEnd(answer)
    expect(task).toMatchObject({
      state: 'FINISHED',
      task_type: 'create_faas_function',
      error: null,
      project_id: 1,
      region_id: 1,
      user_id: 1,
      created_on: '2026-08-22T11:21:00Z',
      finished_on: '2026-08-22T11:21:00Z',
      request_id: answer.headers['x-request-id'],
    })
    const { json: fn } = await api.call('GET', `${FUNCTIONS}/made`)
    expect(task.created_resources).toEqual({ faas_functions: [fn.id] })
    expect(fn).toMatchObject({
      name: 'made',
      description: 'says hello',
      code_text: helloFunction('made').code_text,
      envs: { GREETING: 'hé' },
      files: { 'lib/words.js': "module.exports = 'x'" },
      flavor: '80mCPU-128MB',
      timeout: 5,
      autoscaling: { min_instances: 0, max_instances: 2 },
      enable_api_key: true,
      disabled: false,
      keys: ['opener'],
      build_status: 'succeeded',
      status: 'idle',
      deploy_status: { total: 0, ready: 0 },
      created_at: '2026-08-22T11:21:00Z',
    })
    expect(fn.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:8081\/made-demo-[a-z2-7]{8}$/)
    api.nodes.counts.set(fn.id, { total: 2, ready: 1 })
    const running = await api.call('GET', `${FUNCTIONS}/made`)
    expect(running.json).toMatchObject({ status: 'running', deploy_status: { total: 2, ready: 1 } })
  })

  it('takes null wherever the contract lets a member out, and then wants a key', async () => {
    const nulls = [
      'description',
      'envs',
      'dependencies',
      'enable_api_key',
      'disabled',
      'keys',
      'files',
      'max_body_bytes',
    ]
    const answer = await api.createFunction(
      'nulls',
      Object.fromEntries(nulls.map((n) => [n, null])),
    )
    expect(answer.status).toBe(200)
    expect((await api.call('GET', `${FUNCTIONS}/nulls`)).json).toMatchObject({
      description: '',
      envs: {},
      dependencies: '',
      enable_api_key: false,
      disabled: false,
      keys: [],
      files: {},
      max_body_bytes: 0,
    })
  })

  it('takes the other spelling of a flavor and a dotted main method', async () => {
    const changes = { flavor: '80m-128MB', main_method: 'module.handler', timeout: 0 }
    expect((await api.createFunction('spelled', changes)).status).toBe(200)
    expect((await api.call('GET', `${FUNCTIONS}/spelled`)).json).toMatchObject({
      main_method: 'module.handler',
      timeout: 0,
    })
  })

  it('ends the task in ERROR with a sentence when the code cannot be built', async () => {
    const answer = await api.createFunction('broken', { code_text: 'function (' })
    const task = await api.taskEnd(answer)
    expect(task).toMatchObject({ state: 'ERROR', error: expect.stringMatching(/\w+ \w+/) })
    const { json: fn } = await api.call('GET', `${FUNCTIONS}/broken`)
    expect(fn).toMatchObject({ status: 'failed', build_status: 'failed' })
    expect(fn.build_message).not.toBe('')
  })

  it('refuses what does not exist here: runtime, flavor, keys, namespace', async () => {
    const codes = []
    for (const changes of [{ runtime: 'cobol85' }, { flavor: '1m-1MB' }, { keys: ['nobody'] }]) {
      codes.push((await api.createFunction('refused', changes)).json.code)
    }
    expect(codes).toEqual(['unknown_runtime', 'unknown_flavor', 'unknown_keys'])
    const elsewhere = `${NAMESPACES}/nowhere/functions`
    const answer = await api.call('POST', elsewhere, { body: helloFunction('lost') })
    expect(answer.status).toBe(404)
    expect((await api.call('GET', elsewhere)).status).toBe(404)
  })

  it('refuses a name that is taken, and more instances at least than at most', async () => {
    await api.createFunction('taken')
    expect((await api.createFunction('taken')).status).toBe(409)
    const autoscaling = { min_instances: 3, max_instances: 2 }
    const { json } = await api.createFunction('scaled', { autoscaling })
    expect(json).toMatchObject({ status: 400, code: 'invalid_body' })
    expect(json.errors[0].field).toBe('autoscaling.min_instances')
  })
})

describe('the largest body of a function', () => {
  it('is kept as it is given, left as it is by a change of something else, and bounded', async () => {
    const read = async () => (await api.call('GET', `${FUNCTIONS}/bodies`)).json.max_body_bytes
    const change = (body: object) => api.call('PATCH', `${FUNCTIONS}/bodies`, { body })
    await api.taskEnd(await api.createFunction('bodies', { max_body_bytes: 1000 }))
    expect(await read()).toBe(1000)
    await change({ timeout: 6 })
    await change({ max_body_bytes: null })
    expect(await read()).toBe(1000)
    await change({ max_body_bytes: 0 })
    expect(await read()).toBe(0)
    for (const wrong of [-1, 1.5, 2 ** 41, '5']) {
      const { json } = await change({ max_body_bytes: wrong })
      expect(json).toMatchObject({ status: 400, code: 'invalid_body' })
    }
  })
})

describe('changing a function', () => {
  it('leaves absent and null members as they are', async () => {
    await api.taskEnd(
      await api.createFunction('changed', {
        description: 'before',
        envs: { A: '1' },
        files: { 'a.txt': 'x' },
      }),
    )
    const url = `${FUNCTIONS}/changed`
    const before = (await api.call('GET', url)).json
    const members = ['description', 'code_text', 'dependencies', 'main_method', 'envs', 'flavor']
    const others = ['timeout', 'autoscaling', 'enable_api_key', 'disabled', 'keys', 'files']
    const nulls = Object.fromEntries([...members, ...others].map((name) => [name, null]))
    for (const body of [{}, nulls]) {
      expect((await api.taskEnd(await api.call('PATCH', url, { body }))).state).toBe('FINISHED')
      expect((await api.call('GET', url)).json).toEqual(before)
    }
  })

  it('changes what is given', async () => {
    await api.taskEnd(await api.createFunction('moved'))
    const url = `${FUNCTIONS}/moved`
    const body = {
      description: '',
      code_text: "exports.main = () => 'bye'",
      main_method: 'main',
      envs: {},
      flavor: '125mCPU-256MB',
      timeout: 180,
      autoscaling: { min_instances: 1, max_instances: 50 },
      enable_api_key: false,
      disabled: true,
      keys: ['opener'],
      files: { 'words.txt': 'ü' },
    }
    const task = await api.taskEnd(await api.call('PATCH', url, { body }))
    expect(task).toMatchObject({ state: 'FINISHED', task_type: 'update_faas_function' })
    expect((await api.call('GET', url)).json).toMatchObject({ ...body, status: 'disabled' })
  })
})

describe('deleting a function', () => {
  it('is done when the task has finished', async () => {
    await api.taskEnd(await api.createFunction('leaving'))
    const task = await api.taskEnd(await api.call('DELETE', `${FUNCTIONS}/leaving`))
    expect(task.state).toBe('FINISHED')
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const body = method === 'PATCH' ? { body: {} } : {}
      expect((await api.call(method, `${FUNCTIONS}/leaving`, body)).status).toBe(404)
    }
  })
})

describe('logs', () => {
  it('are lines of strings, newest last', async () => {
    await api.createFunction('chatty')
    const line = logLine({ timeMs: api.clock.now() + 7, instanceId: 'a1b2c3d4' })
    api.nodes.lines = [
      { ...line, requestId: null, message: 'started' },
      { ...line, requestId: 'req_1', message: 'hé\tllo' },
    ]
    const { json } = await api.call('GET', `${FUNCTIONS}/chatty/logs`)
    expect(json.logs).toEqual([
      {
        Time: '2026-08-22T11:21:00Z',
        Pod: 'a1b2c3d4',
        Message: 'started',
        Timestamp: '2026-08-22T11:21:00.007Z',
        Version: '',
        VersionNumber: '',
        Stream: 'stdout',
        RequestId: '',
      },
      {
        Time: '2026-08-22T11:21:00Z',
        Pod: 'a1b2c3d4',
        Message: 'hé\tllo',
        Timestamp: '2026-08-22T11:21:00.007Z',
        Version: '',
        VersionNumber: '',
        Stream: 'stdout',
        RequestId: 'req_1',
      },
    ])
    const last = await api.call('GET', `${FUNCTIONS}/chatty/logs?limit=1`)
    expect(last.json.logs.map((l: { Message: string }) => l.Message)).toEqual(['hé\tllo'])
    expect((await api.call('GET', `${FUNCTIONS}/silent/logs`)).status).toBe(404)
  })
})

describe('namespaces', () => {
  it('are created, read with their functions, changed and deleted', async () => {
    const body = { name: 'shop', description: 'a shop', envs: { CITY: 'Rome' } }
    const created = await api.taskEnd(await api.call('POST', NAMESPACES, { body }))
    expect(created).toMatchObject({ state: 'FINISHED', task_type: 'create_faas_namespace' })
    expect(created.created_resources.faas_namespaces).toHaveLength(1)

    const functions = `${NAMESPACES}/shop/functions`
    await api.taskEnd(await api.call('POST', functions, { body: helloFunction('cart') }))
    const { json: read } = await api.call('GET', `${NAMESPACES}/shop`)
    expect(read).toMatchObject({
      ...body,
      status: 'active',
      created_at: '2026-08-22T11:21:00Z',
      functions_deploy_status: { total: 1, ready: 1 },
      functions: [{ name: 'cart' }],
    })
    const listed = (await api.call('GET', `${NAMESPACES}?search=sho`)).json
    expect(listed).toEqual({ count: 1, results: [read] })
    const without = { ...read, functions: [] }
    expect((await api.call('GET', `${NAMESPACES}/shop?functions=false`)).json).toEqual(without)
    const counted = (await api.call('GET', `${NAMESPACES}?search=sho&functions=false`)).json
    expect(counted).toEqual({ count: 1, results: [without] })
    await api.call('PATCH', `${functions}/cart`, { body: { disabled: true } })
    expect((await api.call('GET', `${NAMESPACES}/shop?functions=false`)).json).toMatchObject({
      functions_deploy_status: { total: 1, ready: 0 },
    })

    const patch = { description: null, envs: { CITY: 'Oslo' } }
    await api.taskEnd(await api.call('PATCH', `${NAMESPACES}/shop`, { body: patch }))
    expect((await api.call('GET', `${NAMESPACES}/shop`)).json).toMatchObject({
      description: 'a shop',
      envs: { CITY: 'Oslo' },
    })
    await api.taskEnd(await api.call('DELETE', `${NAMESPACES}/shop`))
    for (const url of [`${NAMESPACES}/shop`, functions, `${functions}/cart`]) {
      expect((await api.call('GET', url)).status).toBe(404)
    }
  })

  it('may say nothing but their name, and are unique', async () => {
    const body = { name: 'quiet', description: null, envs: null }
    expect((await api.call('POST', NAMESPACES, { body })).status).toBe(200)
    expect((await api.call('GET', `${NAMESPACES}/quiet`)).json).toMatchObject({
      description: '',
      envs: {},
      functions: [],
    })
    expect((await api.call('POST', NAMESPACES, { body })).json.code).toBe('name_taken')
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const options = method === 'PATCH' ? { body: {} } : {}
      expect((await api.call(method, `${NAMESPACES}/nowhere`, options)).status).toBe(404)
    }
  })

  it('and functions are listed in order and in pages', async () => {
    await api.call('POST', NAMESPACES, { body: { name: 'many' } })
    const url = `${NAMESPACES}/many/functions`
    for (const name of ['one', 'two', 'three']) {
      await api.call('POST', url, { body: helloFunction(name) })
      api.clock.advance(1000)
    }
    const names = async (query: string) =>
      (await api.call('GET', `${url}?${query}`)).json.results.map((fn: { name: string }) => fn.name)
    expect(await names('')).toEqual(['three', 'two', 'one'])
    expect(await names('order_by=name.asc')).toEqual(['one', 'three', 'two'])
    expect(await names('order_by=created_at.asc&limit=1&offset=1')).toEqual(['two'])
    expect((await names('search=t')).sort()).toEqual(['three', 'two'])
    expect((await api.call('GET', `${NAMESPACES}?limit=1&order_by=name.desc`)).json).toMatchObject({
      results: [{ name: expect.stringMatching(/^q/) }],
    })
  })
})
