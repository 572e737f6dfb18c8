import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { TEMPLATES, type Template } from '../../portal/src/functions/templates.ts'
import { draftFrom, searchOf } from '../../portal/src/functions/test-beginning.ts'
import { requestOf } from '../../portal/src/functions/test-request.ts'
import { GO_BUILD_TIMEOUT_MS, seedGoCache } from '../helpers/go.ts'
import { NAMESPACE, type Operator, operator, SCOPE } from '../helpers/operator.ts'
import { cleanUp, startServer, type TestServer, tempDataDir } from '../helpers/server.ts'
import { forgetFunction } from './function-helpers.ts'

const FOLDER = join(import.meta.dirname, '../../portal/src/functions/templates')
const BUILD_TIMEOUT_MS = 180_000

const NOTE = '{"id":1,"text":"Buy tea"}'
const LINES = 'line 1\nline 2\nline 3\nline 4\nline 5\n'

/** What each template answers to the request that it names. */
const ANSWERS: Record<string, string> = {
  'nodejs/hello': '{"hello":"Ada","from":"nodejs-hello"}',
  'nodejs/json-api': NOTE,
  'nodejs/typescript': '{"greeting":"Hello, Ada!"}',
  'nodejs/dependency': '{"slug":"deja-vu-again"}',
  'nodejs/stream': LINES,
  'python/hello': '{"hello":"Ada","from":"python-hello"}',
  'python/json-api': NOTE,
  'python/dependency': '{"hello":"Ada"}',
  'python/stream': LINES,
  'go/hello': 'Hello, Ada, from go-hello!',
  'go/json-api': NOTE,
  'go/dependency': 'cfbff0d1-9375-5685-968c-48ce8b15ae17\n',
  'go/stream': LINES,
  'java/hello': '{"hello":"Ada","from":"java-hello"}',
  'java/json-api': NOTE,
  'java/dependency': '{"tidy":"tea time"}',
  'java/stream': LINES,
}

let server: TestServer
let op: Operator
let runtimes: Record<string, string[]>

beforeAll(async () => {
  server = await startServer({ dataDir: tempDataDir(inject('portalFolder')) })
  await seedGoCache(server.dataDir)
  op = operator(server)
  await op.makeNamespace()
  runtimes = (await op.client.runtimes.list(SCOPE)).runtimes
}, GO_BUILD_TIMEOUT_MS)
afterAll(() => cleanUp(server))

describe('the templates of new functions', () => {
  it('all have an answer here', () => {
    expect(TEMPLATES.map(({ id }) => id).sort()).toEqual(Object.keys(ANSWERS).sort())
  })

  for (const template of TEMPLATES) {
    it(`${template.id} is built and answers`, { timeout: BUILD_TIMEOUT_MS }, async ({ skip }) => {
      const runtime = runtimes[template.language]?.[0]
      if (runtime === undefined) skip(`there is no ${template.language} here`)
      const endpoint = await deploy(template, runtime!)
      const { method, path, headers, body } = requestOf(
        draftFrom(new URLSearchParams(searchOf(template.request))),
      )
      const response = await fetch(endpoint + path, {
        method,
        headers: headers.map(({ name, value }): [string, string] => [name, value]),
        ...(body !== '' && { body }),
      })
      const answer = await response.text()
      expect([response.ok, comparable(answer)]).toEqual([true, comparable(ANSWERS[template.id]!)])
    })
  }
})

async function deploy(template: Template, runtime: string): Promise<string> {
  const name = template.id.replace('/', '-')
  await forgetFunction(op.client, { namespace: NAMESPACE, name })
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

/** JSON whatever the order of its members and the space between them. */
function comparable(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : text
}
