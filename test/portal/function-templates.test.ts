import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEMPLATES, type Template } from '../../portal/src/functions/templates.ts'
import { GO_BUILD_TIMEOUT_MS, seedGoCache } from '../helpers/go.ts'
import { NAMESPACE, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

const FOLDER = join(import.meta.dirname, '../../portal/src/functions/templates')
const BUILD_TIMEOUT_MS = 180_000

interface Call {
  readonly path: string
  /** Sent as JSON with POST. */
  readonly body?: unknown
  readonly answers: string
  readonly status?: number
}

const NOTE: Call = {
  path: '/notes',
  body: { text: 'tea' },
  answers: '{"id":1,"text":"tea"}',
  status: 201,
}
const LINES: Call = { path: '/?count=2', answers: 'line 1\nline 2\n' }

/** What each template is called with, and what it answers. */
const CALLS: Record<string, Call> = {
  'nodejs/hello': { path: '/?name=Ada', answers: '{"hello":"Ada","from":"nodejs-hello"}' },
  'nodejs/json-api': NOTE,
  'nodejs/typescript': {
    path: '/',
    body: { name: 'Ada' },
    answers: '{"greeting":"Hello, Ada!"}',
  },
  'nodejs/dependency': { path: '/?title=Deja%20Vu%20Again', answers: '{"slug":"deja-vu-again"}' },
  'nodejs/stream': LINES,
  'python/hello': { path: '/?name=Ada', answers: '{"hello":"Ada","from":"python-hello"}' },
  'python/json-api': NOTE,
  'python/dependency': { path: '/hello?name=Ada', answers: '{"hello":"Ada"}' },
  'python/stream': LINES,
  'go/hello': { path: '/', body: { name: 'Ada' }, answers: 'Hello, Ada, from go-hello!' },
  'go/json-api': NOTE,
  'go/dependency': {
    path: '/?name=example.com',
    answers: 'cfbff0d1-9375-5685-968c-48ce8b15ae17\n',
  },
  'go/stream': LINES,
  'java/hello': {
    path: '/',
    body: { name: 'Ada' },
    answers: '{"hello":"Ada","from":"java-hello"}',
  },
  'java/json-api': NOTE,
  'java/dependency': { path: '/', body: { text: '  tea   time ' }, answers: '{"tidy":"tea time"}' },
  'java/stream': { path: '/', answers: 'line 1\nline 2\nline 3\nline 4\nline 5\n' },
}

let server: TestServer
let op: Operator
let runtimes: Record<string, string[]>

beforeAll(async () => {
  server = await startServer()
  await seedGoCache(server.dataDir)
  op = operator(server)
  await op.makeNamespace()
  runtimes = (await op.client.runtimes.list(SCOPE)).runtimes
}, GO_BUILD_TIMEOUT_MS)
afterAll(() => cleanUp(server))

describe('the templates of new functions', () => {
  it('all have a call here', () => {
    expect(TEMPLATES.map(({ id }) => id).sort()).toEqual(Object.keys(CALLS).sort())
  })

  for (const template of TEMPLATES) {
    it(`${template.id} is built and answers`, { timeout: BUILD_TIMEOUT_MS }, async ({ skip }) => {
      const runtime = runtimes[template.language]?.[0]
      if (runtime === undefined) skip(`there is no ${template.language} here`)
      const endpoint = await deploy(template, runtime!)
      const { path, body, answers, status = 200 } = CALLS[template.id]!
      const response = await fetch(endpoint + path, body === undefined ? {} : asJson(body))
      const answer = await response.text()
      expect([response.status, comparable(answer)]).toEqual([status, comparable(answers)])
    })
  }
})

async function deploy(template: Template, runtime: string): Promise<string> {
  const name = template.id.replace('/', '-')
  const text = (file: string) => readFileSync(join(FOLDER, template.id, file), 'utf8')
  const { tasks } = await op.client.functions.create(SCOPE, NAMESPACE, {
    name,
    runtime,
    code_text: text(template.main),
    files: Object.fromEntries(template.files.map((file) => [file, text(file)])),
    dependencies: template.dependencies === undefined ? '' : text(template.dependencies),
    main_method: template.mainMethod,
    flavor: template.flavor,
    timeout: 20,
    autoscaling: { min_instances: 0, max_instances: 1 },
  })
  await op.finished({ tasks })
  return (await op.client.functions.get(SCOPE, { namespace: NAMESPACE, name })).endpoint
}

function asJson(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/** JSON whatever the order of its members and the space between them. */
function comparable(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text
}
