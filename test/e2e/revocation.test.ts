import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseExposition } from '../helpers/exposition.ts'
import { NAMESPACE, operator, SCOPE } from '../helpers/operator.ts'
import { revokeUnderTraffic } from '../helpers/revocation.ts'
import { cleanUp, startServer, type TestServer } from '../helpers/server.ts'

const THREADS = 3
const HELLO = `exports.handler = () => 'hello'`
const HOUR_MS = 3_600_000
/** Of each kind of change but the deletion, which gets a hundred thousand. */
const REQUESTS = 3_000

let server: TestServer
let op: ReturnType<typeof operator>
let path: string

beforeAll(async () => {
  server = await startServer({
    env: {
      LATCHKEY_GATEWAY_THREADS: String(THREADS),
      LATCHKEY_REQUESTS_PER_CONNECTION_MAX: '0',
      LATCHKEY_PROPAGATION_TIMEOUT_SECONDS: '60',
    },
  })
  op = operator(server)
  await op.makeNamespace()
  path = await makeHello('hello')
})
afterAll(() => cleanUp(server))

async function makeHello(name: string): Promise<string> {
  const { endpoint } = await op.makeFunction(name, HELLO, {
    autoscaling: { min_instances: 1, max_instances: 1 },
  })
  return new URL(endpoint!).pathname
}

function revoke(
  key: string,
  change: () => Promise<unknown>,
  { requests = REQUESTS, at = path }: { requests?: number; at?: string } = {},
) {
  const gateways = [server.gatewayUrl]
  return revokeUnderTraffic({ gateways, path: at, key, connections: 8, requests }, change)
}

const hello = { namespace: NAMESPACE, name: 'hello' }

/** How long each gateway thread has worked, in seconds. */
async function activeSeconds(): Promise<number[]> {
  const text = await (await fetch(server.metricsUrl)).text()
  const { series } = parseExposition(text).get('latchkey_event_loop_active_seconds_total')!
  return series
    .filter(({ labels }) => labels.thread?.startsWith('gateway-'))
    .map(({ value }) => value)
}

describe('after a key’s deletion was answered', () => {
  it('none of 100,000 requests on all threads passes', { timeout: 300_000 }, async () => {
    const key = await op.makeKey('deleted', ['hello'])
    const before = await activeSeconds()
    const after = await revoke(key, () => op.client.keys.delete(SCOPE, 'deleted'), {
      requests: 100_000,
    })
    expect(after.sent).toBeGreaterThanOrEqual(100_000)
    expect([...after.statuses]).toEqual([[401, after.sent]])
    const worked = (await activeSeconds()).map((seconds, i) => seconds - before[i]!)
    expect(worked).toHaveLength(THREADS)
    expect(Math.min(...worked)).toBeGreaterThan(0.1)
  })
})

it('callers see what passes, where nothing was taken away', async () => {
  const key = await op.makeKey('kept', ['hello'])
  const after = await revoke(key, async () => {})
  expect([...after.statuses]).toEqual([[200, after.sent]])
})

describe('after it was answered, no request passes by', () => {
  const update = (name: string, patch: object) => op.client.keys.update(SCOPE, name, patch)
  const soon = () => new Date(Date.now() + HOUR_MS).toISOString()

  it.each<[string, number, (name: string) => Promise<unknown>]>([
    ['disabling', 401, (name) => update(name, { disabled: true })],
    [
      'a time of which it works that lies ahead',
      401,
      (name) => update(name, { not_before: soon() }),
    ],
    ['taking its function away', 401, (name) => update(name, { functions: [] })],
    [
      'other methods',
      403,
      (name) => update(name, { functions: [{ ...hello, methods: ['POST'] }] }),
    ],
    ['other paths', 403, (name) => update(name, { functions: [{ ...hello, paths: ['/x'] }] })],
    [
      'taking it from the function',
      401,
      (name) => op.client.functions.update(SCOPE, hello, { keys: [] }).then(() => name),
    ],
  ])('%s', async (what, status, change) => {
    const name = `narrowed-${status}-${what.length}`
    const key = await op.makeKey(name, ['hello'])
    const after = await revoke(key, () => change(name))
    expect([...after.statuses]).toEqual([[status, after.sent]])
  })

  it('taking a namespace away', async () => {
    const { secret } = await op.client.keys.create(SCOPE, {
      name: 'of-namespace',
      functions: [],
      namespaces: [{ name: NAMESPACE }],
    })
    const after = await revoke(secret, () => update('of-namespace', { namespaces: [] }))
    expect([...after.statuses]).toEqual([[401, after.sent]])
  })

  it('the old secret of a rotation that is finished, nor by the new one of one that is cancelled', async () => {
    const old = await op.makeKey('rotated', ['hello'])
    await op.client.keys.rotate(SCOPE, 'rotated')
    const finished = await revoke(old, () => op.client.keys.finishRotation(SCOPE, 'rotated'))
    expect([...finished.statuses]).toEqual([[401, finished.sent]])

    const { secret } = await op.client.keys.rotate(SCOPE, 'rotated')
    const back = await revoke(secret, () =>
      op.client.keys.cancelRotation(SCOPE, 'rotated', { force: true }),
    )
    expect([...back.statuses]).toEqual([[401, back.sent]])
  })

  it('a deletion as leaked', async () => {
    const key = await op.makeKey('leaked', ['hello'])
    const after = await revoke(key, () => op.client.keys.delete(SCOPE, 'leaked', { leaked: true }))
    expect([...after.statuses]).toEqual([[401, after.sent]])
  })

  it('an expiry that was moved nearer, once it is there', async () => {
    const key = await op.makeKey(
      'shortened',
      ['hello'],
      new Date(Date.now() + HOUR_MS).toISOString(),
    )
    const expireMs = Math.ceil(Date.now() / 1000 + 1) * 1000
    const after = await revoke(key, async () => {
      await update('shortened', { expire: new Date(expireMs).toISOString() })
      await expect
        .poll(() => Date.now(), { interval: 1, timeout: 10_000 })
        .toBeGreaterThan(expireMs)
    })
    expect([...after.statuses]).toEqual([[401, after.sent]])
  })

  it('the end of the function, and of its namespace', async () => {
    const short = await makeHello('short')
    const key = await op.makeKey('of-short', ['short'])
    const gone = await revoke(
      key,
      () => op.client.functions.delete(SCOPE, { namespace: NAMESPACE, name: 'short' }),
      { at: short },
    )
    expect([...gone.statuses]).toEqual([[404, gone.sent]])

    await op.finished(await op.client.namespaces.create(SCOPE, { name: 'brief' }))
    const { runtimes } = await op.client.runtimes.list(SCOPE)
    const created = await op.client.functions.create(SCOPE, 'brief', {
      name: 'brief',
      runtime: runtimes.nodejs![0]!,
      code_text: HELLO,
      main_method: 'handler',
      timeout: 10,
      flavor: '80mCPU-128MB',
      autoscaling: { min_instances: 1, max_instances: 1 },
      enable_api_key: true,
    })
    await op.finished(created)
    const fn = await op.client.functions.get(SCOPE, { namespace: 'brief', name: 'brief' })
    const { secret } = await op.client.keys.create(SCOPE, {
      name: 'of-brief',
      functions: [{ namespace: 'brief', name: 'brief' }],
    })
    const at = new URL(fn.endpoint!).pathname
    const ended = await revoke(secret, () => op.client.namespaces.delete(SCOPE, 'brief'), { at })
    expect([...ended.statuses]).toEqual([[404, ended.sent]])
  })

  it('a deletion while gateway threads are replaced', async () => {
    for (let round = 0; round < 3; round++) {
      const key = await op.makeKey(`replaced-${round}`, ['hello'])
      const after = await revoke(key, async () => {
        server.process.kill('SIGHUP')
        await op.client.keys.delete(SCOPE, `replaced-${round}`)
      })
      expect([...after.statuses]).toEqual([[401, after.sent]])
    }
  })
})
