import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API_TOKEN, startApi, type TestApi } from '../helpers/api.ts'
import { Cli } from '../helpers/cli.ts'

const SECRET = /lk_[0-9A-Za-z]{49}/
const HANDLER = "module.exports = { handler: () => 'hello' }\n"

let api: TestApi
let cli: Cli
const calls: { request: IncomingMessage; body: string }[] = []
/** In the place of the gateway. */
const gateway = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    calls.push({ request, body })
    const allowed = request.headers['x-api-key'] !== undefined
    response.writeHead(allowed ? 200 : 401, { 'x-request-id': 'req_test' })
    response.end(allowed ? `got ${body}` : '{"message":"no key"}')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  api = await startApi(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`)
  cli = new Cli({ LATCHKEY_URL: api.url, LATCHKEY_TOKEN: API_TOKEN })
  writeFileSync(join(cli.home, 'handler.js'), HANDLER)
  const made = await cli.run(['namespace', 'create', 'shop'])
  expect(made).toMatchObject({ code: 0, stdout: '' })
  const fn = await cli.run(['function', 'create', 'shop/price', '--file', 'handler.js'])
  expect(fn.stderr).toContain('shop/price is deployed and wants a key')
  expect(fn.code).toBe(0)
})

afterAll(async () => {
  gateway.close()
  gateway.closeAllConnections()
  await api?.close()
  cli?.remove()
  expect(cli.stderr).not.toMatch(SECRET)
  expect(cli.stderr).not.toContain(API_TOKEN.slice(2))
})

async function json(args: readonly string[]) {
  const { stdout, stderr, code } = await cli.run([...args, '--json'])
  expect(stderr + code).toMatch(/0$/)
  return JSON.parse(stdout)
}

describe('function create', () => {
  it('prints the endpoint alone, so that a script can take it', async () => {
    const made = await cli.run([
      'function',
      'create',
      'shop/open',
      '--file',
      'handler.js',
      '--open',
      '--env',
      'A=b=c',
      '--max-body-bytes',
      '5000',
      '--timeout',
      '3',
      '--min',
      '0',
      '--max',
      '2',
    ])
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open-shop-\w+\n$/)
    expect(await json(['function', 'get', 'shop/open'])).toMatchObject({
      name: 'open',
      enable_api_key: false,
      envs: { A: 'b=c' },
      timeout: 3,
      max_body_bytes: 5000,
      autoscaling: { min_instances: 0, max_instances: 2 },
    })
  })

  it('prints what the build says and ends with 1 when it fails', async () => {
    writeFileSync(join(cli.home, 'broken.js'), 'module.exports = {{{\n')
    const failed = await cli.run(['function', 'create', 'shop/broken', '--file', 'broken.js'])
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toMatch(/SyntaxError/)
    expect(failed.stderr).toMatch(/^next: Mend it/m)
  })

  it('reads the source from standard input, and prints the task when it does not wait', async () => {
    const made = await cli.run(
      ['function', 'create', 'shop/piped', '--file', '-', '--no-wait', '--json'],
      { stdin: HANDLER },
    )
    expect(made.code).toBe(0)
    expect(JSON.parse(made.stdout).tasks).toHaveLength(1)
  })

  it('says how to make the namespace that is missing', async () => {
    const missing = await cli.run(['function', 'create', 'none/price', '--file', 'handler.js'])
    expect(missing.code).toBe(4)
    expect(missing.stderr).toContain('latchkey namespace create none')
  })

  it('names the file that it cannot read', async () => {
    const missing = await cli.run(['function', 'create', 'shop/a1', '--file', 'none.js'])
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain('none.js cannot be read: there is no such file')
  })
})

describe('function list, get and update', () => {
  it('lists as a table, of one namespace or of all, and as the answer of the API', async () => {
    const { stdout } = await cli.run(['function', 'list'])
    expect(stdout).toMatch(/^FUNCTION +RUNTIME +STATUS +READY +KEY +ENDPOINT\n/)
    expect(stdout).toMatch(/^shop\/price +nodejs\d+ +\w+ +0\/0 +wanted +http/m)
    const one = await json(['function', 'list', 'shop', '--search', 'pric'])
    expect(one).toMatchObject({ count: 1, results: [{ name: 'price' }] })
  })

  it('changes what is given and keeps the rest', async () => {
    const create = ['function', 'create', 'shop/change', '--file', 'handler.js']
    await cli.run([...create, '--env', 'A=1', '--env', 'B=2', '--max', '5'])
    const update = ['function', 'update', 'shop/change', '--env', 'B=3', '--unset-env', 'A']
    expect((await cli.run([...update, '--min', '1', '--disable'])).code).toBe(0)
    expect(await json(['function', 'get', 'shop/change'])).toMatchObject({
      envs: { B: '3' },
      autoscaling: { min_instances: 1, max_instances: 5 },
      disabled: true,
      enable_api_key: true,
    })
    const { stdout } = await cli.run(['function', 'get', 'shop/change'])
    expect(stdout).toMatch(/^status: +disabled$/m)
    expect(stdout).toMatch(/^environment: +B$/m)
  })

  it('refuses an update that changes nothing', async () => {
    expect((await cli.run(['function', 'update', 'shop/price'])).code).toBe(2)
  })
})

describe('function deploy', () => {
  it('creates function and namespace from a folder, then updates them', async () => {
    const folder = join(cli.home, 'My Service')
    mkdirSync(join(folder, 'lib'), { recursive: true })
    writeFileSync(join(folder, 'index.js'), "module.exports = require('./lib/a.js')\n")
    writeFileSync(join(folder, 'lib/a.js'), HANDLER)
    const made = await cli.run(['function', 'deploy', folder])
    expect(made.code).toBe(0)
    expect(made.stderr).toContain('Creating default/my-service from 2 files.')
    expect(made.stdout).toMatch(/^http/)
    writeFileSync(
      join(folder, 'latchkey.json'),
      '{"namespace": "default", "name": "my-service", "timeout": 7, "maxBodyBytes": 9, "envs": {"A": "1"}}',
    )
    const again = await cli.run(['function', 'deploy', '.'], { cwd: folder })
    expect(again.stderr).toContain('Updating default/my-service')
    expect(again.stdout).toBe(made.stdout)
    expect(await json(['function', 'get', 'default/my-service'])).toMatchObject({
      timeout: 7,
      max_body_bytes: 9,
      envs: { A: '1' },
      files: { 'lib/a.js': HANDLER },
      enable_api_key: true,
    })
  })

  it('refuses to change the runtime of a function that is there', async () => {
    const folder = join(cli.home, 'other')
    mkdirSync(folder)
    writeFileSync(join(folder, 'handler.js'), HANDLER)
    writeFileSync(join(folder, 'latchkey.json'), '{"runtime": "python9"}')
    const refused = await cli.run(['function', 'deploy', folder, '--name', 'shop/price'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain("a function's runtime cannot change")
  })
})

describe('function invoke', () => {
  it('presents the key of the environment, and prints the body alone', async () => {
    const called = await cli.run(
      ['function', 'invoke', 'shop/price', '--path', '/x?y=1', '--data', '{"a":1}'],
      { env: { LATCHKEY_KEY: 'lk_from_environment' } },
    )
    expect(called).toMatchObject({ code: 0, stdout: 'got {"a":1}' })
    expect(called.stderr).toMatch(/^200 OK, \d+ ms\n$/)
    const { request } = calls.at(-1)!
    expect(request.method).toBe('POST')
    expect(request.url).toMatch(/^\/price-shop-\w+\/x\?y=1$/)
    expect(request.headers['x-api-key']).toBe('lk_from_environment')
    expect(request.headers['content-type']).toBe('application/json')
  })

  it('ends with 1 and says where the key belongs when it is refused', async () => {
    const refused = await cli.run(['function', 'invoke', 'shop/price'])
    expect(refused).toMatchObject({ code: 1, stdout: '{"message":"no key"}' })
    expect(refused.stderr).toContain('The function answered 401 Unauthorized (request id req_test)')
    expect(refused.stderr).toContain('Set LATCHKEY_KEY')
  })

  it('sends standard input, another method and headers', async () => {
    const called = await cli.run(
      [
        'function',
        'invoke',
        'shop/price',
        '--method',
        'put',
        '--data-file',
        '-',
        '--header',
        'X-A: b: c',
        '--key-env',
        'MY_KEY',
      ],
      { stdin: 'text', env: { MY_KEY: 'lk_mine' } },
    )
    expect(called.stdout).toBe('got text')
    const { request } = calls.at(-1)!
    expect(request.method).toBe('PUT')
    expect(request.headers).toMatchObject({
      'x-a': 'b: c',
      'x-api-key': 'lk_mine',
      'content-type': 'text/plain; charset=utf-8',
    })
  })

  it('takes no key from the command line, and sends it nowhere but below the endpoint', async () => {
    const before = calls.length
    const flag = await cli.run(['function', 'invoke', 'shop/price', '--header', 'x-api-key: lk_x'])
    expect(flag.code).toBe(2)
    expect(flag.stderr).toContain('other users of the machine can read it')
    const env = { LATCHKEY_KEY: 'lk_x' }
    const path = (value: string) =>
      cli.run(['function', 'invoke', 'shop/price', '--path', value], { env })
    expect((await path('/../other')).code).toBe(2)
    expect((await path('/%2e%2e/other')).code).toBe(2)
    expect(calls.length).toBe(before)
    expect((await path('@evil.invalid/')).code).toBe(0)
    expect(calls.at(-1)!.request.url).toMatch(/^\/price-shop-\w+\/@evil\.invalid\/$/)
  })

  it('never repeats a key that cannot be sent', async () => {
    const bad = await cli.run(['function', 'invoke', 'shop/price'], {
      env: { LATCHKEY_KEY: 'canary\nx' },
    })
    expect(bad.code).toBe(2)
    expect(bad.stderr).not.toContain('canary')
  })
})

describe('secrets', () => {
  const value = 'hunter2-and-more'
  const run = (...args: string[]) => cli.run(['function', ...args])

  it('come from files that the manifest names, which must not be deployed with the source', async () => {
    const folder = join(cli.home, 'with-secrets')
    mkdirSync(join(folder, '.secrets'), { recursive: true })
    writeFileSync(join(folder, 'handler.js'), HANDLER)
    writeFileSync(join(folder, '.secrets', 'token'), `${value}\n`)
    writeFileSync(join(folder, 'token'), value)
    const manifest = (path: string) =>
      writeFileSync(
        join(folder, 'latchkey.json'),
        JSON.stringify({ namespace: 'shop', name: 'sealed', secretFiles: { TOKEN: path } }),
      )
    manifest('token')
    const refused = await run('deploy', folder)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('would be deployed with the source')
    manifest('.secrets/token')
    expect(await run('deploy', folder)).toMatchObject({ code: 0 })
    const fn = await json(['function', 'get', 'shop/sealed'])
    expect(fn.secret_env_names).toEqual(['TOKEN'])
    expect(Object.keys(fn.files)).toEqual(['token'])
    await run('update', 'shop/sealed', '--unset-secret', 'TOKEN')
    expect((await json(['function', 'get', 'shop/sealed'])).secret_env_names).toEqual([])
    await run('delete', 'shop/sealed', '--yes')
  })

  it('of namespaces are set and removed', async () => {
    const update = (...args: string[]) => ['namespace', 'update', 'shop', ...args]
    const set = await cli.run(update('--secret', 'SHARED'), { stdin: `${value}\n` })
    expect(set).toMatchObject({ code: 0 })
    expect((await json(['namespace', 'get', 'shop'])).secret_env_names).toEqual(['SHARED'])
    expect(await cli.run(update('--unset-secret', 'SHARED'))).toMatchObject({ code: 0 })
    expect((await json(['namespace', 'get', 'shop'])).secret_env_names).toEqual([])
  })

  it('are refused where two would read the same input, or the value is there already', async () => {
    const update = ['update', 'shop/price']
    for (const wrong of [['A=-', 'B=-'], ['A=value'], ['A=@'], ['1A=-'], ['A=@/nowhere']]) {
      const ended = await run(...update, ...wrong.flatMap((one) => ['--secret', one]))
      expect(ended.code, wrong.join()).toBe(2)
      expect(ended.stderr).not.toContain('value=')
    }
  })
})

describe('function logs', () => {
  it('prints time, instance and line, and shows control characters', async () => {
    const line = { timeMs: Date.UTC(2026, 0, 2), instanceId: 'i1' }
    api.logs.push({ ...line, message: 'one' })
    api.logs.push({ ...line, message: '\u001b[31mred\u001b[0m \u001b]0;title\u0007' })
    const { stdout } = await cli.run(['function', 'logs', 'shop/price'])
    const [first, second] = stdout.split('\n')
    expect(first).toMatch(/^2026-01-02T00:00:00\S* i1 one$/)
    expect(second).toMatch(/ i1 red \\x1b\]0;title\\x07$/)
    expect((await json(['function', 'logs', 'shop/price', '--limit', '1'])).logs).toHaveLength(1)
  })

  it('asks for what is wanted, and says when nothing fits', async () => {
    api.logs.push({ timeMs: Date.now(), instanceId: 'i2', requestId: 'req_9', message: 'mine' })
    const logs = (...args: string[]) => cli.run(['function', 'logs', 'shop/price', ...args])
    const mine = await logs('--request-id', 'req_9', '--since', '15m', '--stream', 'stdout')
    expect(mine.stdout).toMatch(/^\S+ i2 mine\n$/)
    const none = await logs('--instance', 'i3')
    expect(none).toMatchObject({ code: 0, stdout: '' })
    expect(none.stderr).toContain('nothing in the log that fits')
    const wrong = await logs('--since', 'yesterday')
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('since: must be a time')
    expect((await logs('--stream', 'stdin')).code).toBe(2)
  })

  it('follows until the function is deleted, as text or as a JSON line each', async () => {
    const follow = (...args: string[]) =>
      cli.run(['function', 'logs', 'shop/price', '--follow', '--instance', 'i4', ...args])
    const line = { timeMs: Date.UTC(2026, 0, 2), instanceId: 'i4' }
    api.logs.push({ ...line, message: 'before' })
    const [text, asJson] = [follow(), follow('--json')]
    await api.logs.followedBy(2)
    api.logs.push({ ...line, message: 'after\u001b[2J' })
    api.logs.remove()
    expect(await text).toMatchObject({
      code: 0,
      stdout: '2026-01-02T00:00:00.000Z i4 before\n2026-01-02T00:00:00.000Z i4 after\\x1b[2J\n',
    })
    const lines = (await asJson).stdout.trim().split('\n')
    expect(lines.map((one) => JSON.parse(one).Message)).toEqual(['before', 'after\u001b[2J'])
    expect((await text).stderr).toContain('shop/price is deleted')
  })
})

describe('key', () => {
  it('prints the secret once, alone, and never again', async () => {
    const made = await cli.run([
      'key',
      'create',
      'web',
      '--function',
      'shop/price',
      '--expire',
      '30d',
      '--description',
      'of the shop',
    ])
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^lk_[0-9A-Za-z]{49}\n$/)
    expect(made.stderr).toContain('not shown again')
    expect(made.stderr).toMatch(/\(in (29|30) days\)/)
    const { stdout } = await cli.run(['key', 'list'])
    expect(stdout).toMatch(/^KEY +STATUS +EXPIRES +OPENS +HINT\n/)
    expect(stdout).toMatch(/^web +Active +\d{4}-\S+Z \(in 29 days\) +shop\/price +lk_…\w{4}$/m)
    expect(stdout).not.toMatch(SECRET)
    expect(await json(['key', 'get', 'web'])).toMatchObject({ description: 'of the shop' })
    expect(await json(['key', 'list', '--namespace', 'shop'])).toMatchObject({ count: 0 })
  })

  it('is printed as JSON, the secret included, when it is made', async () => {
    const made = await cli.run(['key', 'create', 'json', '--json'])
    expect(JSON.parse(made.stdout)).toMatchObject({ name: 'json', expire: null, functions: [] })
    expect(JSON.parse(made.stdout).secret).toMatch(SECRET)
    expect(made.stderr).toContain('It opens no function yet')
  })

  it('can be given functions, lose them, and have its expiry changed', async () => {
    await cli.run(['function', 'create', 'shop/second', '--file', 'handler.js'])
    await cli.run(['key', 'create', 'grants', '--function', 'shop/price'])
    const functions = async (...args: string[]) =>
      (await json(['key', 'update', 'grants', ...args])).functions.map(
        (fn: { name: string }) => fn.name,
      )
    expect((await functions('--add-function', 'shop/second')).sort()).toEqual(['price', 'second'])
    expect(await functions('--remove-function', 'shop/price')).toEqual(['second'])
    expect(await functions('--function', 'shop/price')).toEqual(['price'])
    const both = await cli.run([
      'key',
      'update',
      'grants',
      '--function',
      'shop/price',
      '--add-function',
      'shop/second',
    ])
    expect(both.code).toBe(2)
    const wrong = await cli.run(['key', 'update', 'grants', '--remove-function', 'shop/second'])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('does not open shop/second')
    expect((await json(['key', 'update', 'grants', '--expire', '2099-01-01'])).expire).toBe(
      '2099-01-01T00:00:00Z',
    )
    expect((await json(['key', 'update', 'grants', '--expire', 'never'])).expire).toBeNull()
    expect((await cli.run(['key', 'update', 'grants'])).code).toBe(2)
  })

  it('is deleted without a question where nobody can be asked', async () => {
    await cli.run(['key', 'create', 'gone'])
    const deleted = await cli.run(['key', 'delete', 'gone'])
    expect(deleted).toMatchObject({ code: 0, stdout: '' })
    expect(deleted.stderr).toContain('no function opens with it any more')
    expect((await cli.run(['key', 'get', 'gone'])).code).toBe(4)
  })

  it('that nodes still accept is not called shut', async () => {
    await cli.run(['key', 'create', 'lagging'])
    api.laggards.push('node-b\u001b[2J')
    const deleted = await cli.run(['key', 'delete', 'lagging', '--yes'])
    api.laggards.length = 0
    expect(deleted.stderr).toContain('these nodes have not applied it yet: node-b\\x1b[2J')
    expect(deleted.stderr).not.toContain('any more')
  })
})

describe('namespace', () => {
  it('is made, changed, listed and deleted with its functions', async () => {
    await cli.run(['namespace', 'create', 'temp', '--env', 'A=1', '--description', 'for now'])
    await cli.run(['function', 'create', 'temp/inner', '--file', 'handler.js'])
    const changed = ['namespace', 'update', 'temp', '--env', 'B=2', '--unset-env', 'A']
    expect(await json(changed)).toMatchObject({ name: 'temp', envs: { B: '2' } })
    const { stdout } = await cli.run(['namespace', 'list'])
    expect(stdout).toMatch(/^temp +\S.* +1 +\d{4}-\S+ +for now$/m)
    expect((await cli.run(['namespace', 'delete', 'temp', '--yes'])).code).toBe(0)
    expect((await cli.run(['namespace', 'get', 'temp'])).code).toBe(4)
    expect((await cli.run(['function', 'get', 'temp/inner'])).code).toBe(4)
  })
})

describe('token', () => {
  it('is printed once and works until it is deleted', async () => {
    const made = await cli.run(['token', 'create', 'robot'])
    expect(made.stdout).toMatch(/^\d+\$\S{43}\n$/)
    expect(made.stderr).toContain('not shown again')
    const env = { LATCHKEY_TOKEN: made.stdout.trim() }
    expect((await cli.run(['key', 'list'], { env })).code).toBe(0)
    const { stdout } = await cli.run(['token', 'list'])
    expect(stdout).toMatch(
      /^\d+ +robot +owner of all projects +never .* LATCHKEY_ADMIN_TOKEN +api$/m,
    )
    const [id] = made.stdout.split('$')
    expect((await cli.run(['token', 'delete', id!])).code).toBe(0)
    const refused = await cli.run(['key', 'list'], { env })
    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('latchkey login')
  })
})

describe('an error', () => {
  it('names the fields that are wrong and the request id', async () => {
    const refused = await cli.run([
      'function',
      'create',
      'shop/wrong',
      '--file',
      'handler.js',
      '--env',
      `A=${'x'.repeat(300)}`,
    ])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^ {2}envs\.A: /m)
    expect(refused.stderr).toMatch(/^ {2}request id: req_/m)
  })

  it.each([
    [['key', 'create', 'web2', '--expire', '2020-01-01'], 2, '--expire lies in the past'],
    [['key', 'create', 'web2', '--expire', 'soon'], 2, '--expire must be one of'],
    [['key', 'create', 'No'], 2, 'lower-case letters'],
    [['key', 'get', '..'], 2, 'lower-case letters'],
    [['key', 'get', 'none'], 4, 'latchkey key list'],
    [['key', 'create', 'web2', '--function', 'shop/none'], 1, 'shop/none'],
    [['namespace', 'create', 'shop'], 1, 'choose another name'],
    [['function', 'get', 'shop'], 2, '<namespace>/<name>'],
    [['function', 'create', 'shop/x1'], 2, "required option '--file <path>'"],
    [['function', 'create', 'shop/x1', '--file', 'f', '--env', 'A-B=canary'], 2, 'NAME=value'],
    [['key', 'list', '--limit', '0'], 2, 'from 1 to 1000'],
    [['key', 'list', '--project', 'x'], 2, 'whole number'],
    [['key', 'list', '--token', 'canary'], 2, "unknown option '--token'"],
    [['key', 'list', '--token=canary'], 2, "unknown option '--token'"],
    [['key', 'get', 'web', 'canary'], 2, 'too many arguments'],
    [['key', 'get', `lk_${'canary'.repeat(8)}`], 2, 'value is invalid'],
    [['frobnicate'], 2, 'latchkey --help'],
    [['key', 'crate'], 2, 'Did you mean create?'],
    [['key'], 2, 'Usage: latchkey key'],
  ] as const)('of %j has exit code %i and says %j', async (args, code, text) => {
    const ended = await cli.run(args)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toContain(text)
    expect(ended.stderr).not.toContain('canary')
  })
})
