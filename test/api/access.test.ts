import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCESS } from '../../src/api/access.ts'
import { INVOKER_VIEW } from '../../src/api/invoker-view.ts'
import { mayDo, OWNER_OF_ALL, type RoleOn, roleNeeded } from '../../src/domain/role.ts'
import { type CallOptions, NAMESPACES, startApi, type TestApi } from './api-harness.ts'
import { document } from './contract-check.ts'
import { createUser, logIn, tokenWith } from './operators.ts'
import { routes } from './route-list.ts'

let api: TestApi

let taskId: string
const credentials = new Map<Who, CallOptions>()

beforeAll(async () => {
  api = await startApi()
  await api.createDemo()
  const created = await api.createFunction('hello')
  taskId = created.json.tasks[0]
  await api.taskEnd(created)
  await api.call('POST', '/cloud/v1/projects', { body: { name: 'another' } })
  for (const who of WHO) credentials.set(who, await credentialOf(who))
})
afterAll(() => api.close())

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId }]) => ({ path, method, operationId })),
)

describe('the table of access', () => {
  it('has a line for every route below /cloud and /iam, and no other', async () => {
    const served = (await api.app.inject('/openapi.json')).json().paths as typeof document.paths
    const ids = Object.entries(served)
      .filter(([path]) => /^\/(cloud|iam)\//.test(path))
      .flatMap(([, item]) => Object.values(item).map(({ operationId }) => operationId!))
    expect(ids.sort()).toEqual(Object.keys(ACCESS).sort())
  })

  it('asks for a role on the project wherever the path names one', () => {
    for (const { path, operationId } of operations) {
      if (!path.includes('{project_id}')) continue
      expect(ACCESS[operationId!], path).toMatch(/^project:/)
    }
  })

  it('asks for more than reading of whoever changes something in a project', () => {
    for (const { path, method, operationId } of operations) {
      if (!path.includes('{project_id}') || method === 'get') continue
      expect(ACCESS[operationId!], `${method} ${path}`).toMatch(/^project:(editor|owner)$/)
    }
  })
})

const ROLES: Readonly<Record<Exclude<Who, 'anonymous'>, readonly RoleOn[]>> = {
  'a user without roles': [],
  invoker: [{ projectId: 1, role: 'invoker' }],
  viewer: [{ projectId: 1, role: 'viewer' }],
  editor: [{ projectId: 1, role: 'editor' }],
  owner: [{ projectId: 1, role: 'owner' }],
  'owner of another project': [{ projectId: 2, role: 'owner' }],
  'owner of all': OWNER_OF_ALL,
}
const WHO = [
  'anonymous',
  'a user without roles',
  'invoker',
  'viewer',
  'editor',
  'owner',
  'owner of another project',
  'owner of all',
] as const
type Who = (typeof WHO)[number]
type Outcome = 'unknown' | 'hidden' | 'too small' | 'passed'

async function credentialOf(who: Who): Promise<CallOptions> {
  if (who === 'anonymous') return { authorization: null }
  if (who === 'a user without roles') {
    await createUser(api, 'nobody@example.com')
    return await logIn(api, 'nobody@example.com')
  }
  return { authorization: `apikey ${await tokenWith(api, who, ROLES[who])}` }
}

/** As the table says. */
function expected(operationId: string, path: string, who: Who): Outcome {
  const permission = ACCESS[operationId]!
  if (permission === 'anyone') return 'passed'
  if (who === 'anonymous') return 'unknown'
  const isOfProject = path.includes('{project_id}') || permission.startsWith('found:')
  const verdict = mayDo(ROLES[who], permission, isOfProject ? 1 : undefined)
  return verdict === 'allowed' ? 'passed' : verdict === 'hidden' ? 'hidden' : 'too small'
}

/** Bodies that are no JSON are refused after access, and before anything is changed. */
async function outcomeOf(method: string, url: string, who: Who) {
  const { authorization, headers } = credentials.get(who)!
  const isRead = method === 'GET'
  const response = await api.app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...headers,
      ...(typeof authorization === 'string' ? { authorization } : {}),
      ...(isRead ? {} : { 'content-type': 'application/json' }),
    },
    ...(isRead ? {} : { payload: '{' }),
  })
  const { statusCode: status, body: text } = response
  const json = status >= 400 ? response.json() : undefined
  const answer = { status, text, json }
  if (status === 401) return { outcome: 'unknown', answer }
  if (status === 403) return { outcome: 'too small', answer }
  const isHidden = status === 404 && /^There is no (project 1|task \S+)\.$/.test(json.detail)
  return { outcome: isHidden ? 'hidden' : 'passed', answer }
}

const guarded = routes.filter(({ path }) => /^\/(cloud|iam)\//.test(path))

describe.each(guarded)('$name', ({ method, path, url: listed }) => {
  const { operationId } = document.paths[path]![method.toLowerCase()]!

  it.each(WHO)('answers %s as the table says', async (who) => {
    const url = listed.replace('/tasks/x', `/tasks/${taskId}`)
    const { outcome, answer } = await outcomeOf(method, url, who)
    expect(outcome, `${answer.status} ${answer.text}`).toBe(expected(operationId!, path, who))
    if (outcome === 'too small') {
      expect(answer.json.detail).toContain(`the role ${roleNeeded(ACCESS[operationId!]!)} on`)
    }
    if (method !== 'GET' && outcome === 'passed') expect(answer.status).toBe(400)
  })
})

describe('an invoker', () => {
  it('is told what it may see of every route that it may call', () => {
    const open = Object.keys(ACCESS).filter((id) => ACCESS[id] === 'project:invoker')
    expect(Object.keys(INVOKER_VIEW).sort()).toEqual(open.sort())
  })

  it('sees names, endpoints and states, and no code, environment, dependencies or keys', async () => {
    const secrets = {
      code_text: 'exports.handler = () => "canary-code"',
      envs: { A: 'canary-env' },
    }
    await api.taskEnd(await api.createFunction('laden', { ...secrets, build_message: undefined }))
    const key = { name: 'canary-key', functions: [{ namespace: 'demo', name: 'laden' }] }
    await api.call('POST', '/cloud/v1/faas/keys/1/1', { body: key })
    const urls = [NAMESPACES, `${NAMESPACES}/demo`, `${NAMESPACES}/demo/functions`]
    for (const url of [...urls, `${NAMESPACES}/demo/functions/laden`]) {
      const whole = await api.call('GET', url, credentials.get('viewer')!)
      expect(whole.text, url).toMatch(/canary-code/)
      const narrow = await api.call('GET', url, credentials.get('invoker')!)
      expect(narrow.status).toBe(200)
      expect(narrow.text, url).not.toMatch(/canary/)
      expect(narrow.text, url).toContain('laden')
      expect(narrow.text, url).toContain('http://127.0.0.1:8081/')
    }
  })
})

describe('what belongs to no project', () => {
  it('is narrowed to the projects that may be seen', async () => {
    const ids = async (url: string, who: Who) => {
      const { json } = await api.call('GET', url, credentials.get(who)!)
      return json.results.map((one: { id: unknown }) => one.id)
    }
    expect(await ids('/cloud/v1/projects', 'invoker')).toEqual([1])
    expect(await ids('/cloud/v1/projects', 'owner of another project')).toEqual([2])
    expect(await ids('/cloud/v1/projects', 'a user without roles')).toEqual([])
    expect(await ids('/cloud/v1/projects', 'owner of all')).toHaveLength(2)
    expect(await ids('/cloud/v1/tasks', 'viewer')).toContain(taskId)
    for (const who of ['invoker', 'owner of another project', 'a user without roles'] as const) {
      expect(await ids('/cloud/v1/tasks', who)).toEqual([])
      expect(await ids('/cloud/v1/tasks?project_id=1', who)).toEqual([])
    }
  })
})
