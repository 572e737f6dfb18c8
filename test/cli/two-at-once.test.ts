import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const AUTHORIZATION = `apikey ${API_TOKEN}`
/** Of the first project and region. */
const NAMESPACES = '/cloud/v1/faas/namespaces/1/1'

let api: TestApi
let cli: Cli
/** What somebody else sends between what the command reads and what it sends; see {@link between}. */
let others: (() => Promise<void>) | undefined
/** The `If-Match` of each change that the command has sent. */
const bound: (string | undefined)[] = []
const between = createServer((request, response) => {
  forward(request, response).catch((error: Error) => response.destroy(error))
})

beforeAll(async () => {
  api = await startApi()
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
  cli = new Cli({ LATCHKEY_URL: url, LATCHKEY_TOKEN: API_TOKEN })
  writeFileSync(join(cli.home, 'handler.js'), "module.exports = { handler: () => 'hello' }\n")
})
afterEach(() => {
  others = undefined
  bound.length = 0
})
afterAll(async () => {
  between.close()
  between.closeAllConnections()
  await api?.close()
  cli?.remove()
})

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', headers } = request
  const body = await text(request)
  const ifMatch = headers['if-match']
  if (method === 'PATCH') {
    bound.push(ifMatch)
    await others?.()
  }
  const answer = await fetch(api.url + request.url, {
    method,
    headers: {
      authorization: headers.authorization!,
      accept: headers.accept ?? '*/*',
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(body !== '' && { body }),
  })
  const etag = answer.headers.get('etag')
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'text/plain',
    ...(etag !== null && { etag }),
  })
  response.end(await answer.text())
}

async function patch(path: string, change: object): Promise<void> {
  const answer = await fetch(api.url + NAMESPACES + path, {
    method: 'PATCH',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify(change),
  })
  expect(answer.status, await answer.text()).toBe(200)
}

/** Once, before the next change that the command sends. */
function onceBefore(path: string, change: object): void {
  others = async () => {
    others = undefined
    await patch(path, change)
  }
}

/** Another one for each try of a test. */
const newName = () => `two-${++made}`
let made = 0

async function run(...args: string[]) {
  const { stdout, stderr, code } = await cli.run([...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('an environment that two change at the same moment', () => {
  it('of a namespace has what both have set, and not what one has removed', async () => {
    const name = newName()
    await run('namespace', 'create', name, '--env', 'A=1', '--env', 'B=1')
    onceBefore(`/${name}`, { envs: { A: '1', THEIRS: 'x' } })
    const change = ['--env', 'MINE=y', '--unset-env', 'A', '--description', 'mine']
    expect(await run('namespace', 'update', name, ...change)).toMatchObject({
      description: 'mine',
      envs: { THEIRS: 'x', MINE: 'y' },
    })
    expect(bound).toEqual([expect.any(String), expect.any(String)])
    expect(bound[0]).not.toBe(bound[1])
  })

  it('of a function has what both have set, as have the bounds of its instances', async () => {
    const name = newName()
    await run('namespace', 'create', name)
    await run('function', 'create', `${name}/one`, '--file', 'handler.js', '--env', 'A=1')
    onceBefore(`/${name}/functions/one`, {
      envs: { A: '1', THEIRS: 'x' },
      autoscaling: { min_instances: 0, max_instances: 7 },
    })
    const update = ['function', 'update', `${name}/one`, '--env', 'MINE=y', '--min', '1']
    expect(await run(...update)).toMatchObject({
      envs: { A: '1', THEIRS: 'x', MINE: 'y' },
      autoscaling: { min_instances: 1, max_instances: 7 },
    })
  })

  it('is left to the others, and that is said, when they are faster each time', async () => {
    const name = newName()
    await run('namespace', 'create', name)
    let changes = 0
    others = () => patch(`/${name}`, { envs: { THEIRS: String(++changes) } })
    const ended = await cli.run(['namespace', 'update', name, '--env', 'MINE=y'])
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain(`The namespace ${name} is not as you have read it`)
    expect(ended.stderr).toContain('next: Others change it at the same time')
    expect(changes).toBeGreaterThan(1)
    const now = await run('namespace', 'get', name)
    expect(now.envs).toEqual({ THEIRS: String(changes) })
  })

  it('is not asked about where what is sent does not depend on what is there', async () => {
    const name = newName()
    await run('namespace', 'create', name)
    onceBefore(`/${name}`, { envs: { THEIRS: 'x' } })
    expect(await run('namespace', 'update', name, '--description', 'mine')).toMatchObject({
      description: 'mine',
      envs: { THEIRS: 'x' },
    })
    expect(bound).toEqual([undefined])
  })
})
