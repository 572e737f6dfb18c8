import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FunctionPatch } from '../../src/control/functions-control.ts'
import { FILES_BYTES_MAX } from '../../src/domain/function-limits.ts'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  builtFrom,
  CONTEXT,
  createNamespace,
  deployed,
  helloFunction,
  keyInput,
  NEWEST_FIRST,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

const HELLO = { namespace: 'demo', name: 'hello' }
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

const refusal = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field && { fields: [expect.objectContaining({ field })] }),
  })
const create = (changes = {}) =>
  rig.control.functions.create(CONTEXT, SCOPE, 'demo', helloFunction('hello', changes))
const update = (patch: FunctionPatch) => rig.control.functions.update(CONTEXT, SCOPE, HELLO, patch)
const get = () => rig.control.functions.get(SCOPE, HELLO)

describe('creating a function', () => {
  it('answers with a task that finishes with the function in place', async () => {
    const { value } = await create({ envs: { A: 'own' } })
    expect(value).toMatchObject({ type: 'create_faas_function', state: 'NEW', tokenId: 1 })
    const task = await rig.control.taskEnded(value.id)
    const { fn } = await get()
    expect(task).toMatchObject({ state: 'FINISHED', createdResources: { faas_functions: [fn.id] } })
    expect(fn).toMatchObject({ buildStatus: 'succeeded', buildMessage: 'Built handler.cjs.\n' })
    const [route] = (await wholeSnapshot(feedSource(rig.store))).routes
    expect(route).toMatchObject({ functionId: fn.id, label: fn.label, timeoutMs: 5_000 })
    expect(route?.version).toMatchObject({ envs: { A: 'own' }, memoryMb: 128, cpuMilli: 80 })
    expect(rig.nodes.tried).toEqual([route])
  })

  it('refuses an unknown runtime or flavor with the list of those that are there', async () => {
    await expect(create({ runtime: 'cobol' })).rejects.toEqual(
      refusal('unknown_runtime', 'runtime'),
    )
    await expect(create({ runtime: 'cobol' })).rejects.toThrow('nodejs26')
    await expect(create({ flavor: '1mCPU-1MB' })).rejects.toThrow('80mCPU-128MB')
  })

  it('says what it runs on, also before it has been built, and keeps the name that was sent', async () => {
    const resolveRuntime = (name: string) => (name === 'nodejs14.2' ? 'nodejs24' : undefined)
    const aliased = await startRig({ deps: { resolveRuntime } })
    try {
      await createNamespace(aliased)
      const { promise: go, resolve } = Promise.withResolvers<void>()
      aliased.builder.behaviour = async (source) => {
        await go
        return builtFrom({ ...source, runtime: 'nodejs26' })
      }
      const input = helloFunction('hello', { runtime: 'nodejs14.2' })
      const { functions, taskEnded } = aliased.control
      const { value } = await functions.create(CONTEXT, SCOPE, 'demo', input)
      expect((await functions.get(SCOPE, HELLO)).runtimeVersion).toBe('nodejs24')
      resolve()
      expect((await taskEnded(value.id)).state).toBe('FINISHED')
      const view = await functions.get(SCOPE, HELLO)
      expect(view.fn.source.runtime).toBe('nodejs14.2')
      expect(view.runtimeVersion).toBe('nodejs26')
    } finally {
      await aliased.close()
    }
  })

  it('refuses more minimum than maximum instances, and files past their bound', async () => {
    const autoscaling = { minInstances: 3, maxInstances: 2 }
    await expect(create({ autoscaling })).rejects.toEqual(
      refusal('invalid_body', 'autoscaling.min_instances'),
    )
    const files = { 'a.txt': 'x'.repeat(FILES_BYTES_MAX) }
    await expect(create({ files })).rejects.toEqual(refusal('invalid_body', 'files'))
  })

  it('keeps the spelling of the flavor that the client wrote', async () => {
    await deployed(rig, 'hello', { flavor: '80m-128MB' })
    expect((await get()).fn.flavor).toBe('80m-128MB')
    expect((await wholeSnapshot(feedSource(rig.store))).routes[0]?.version?.memoryMb).toBe(128)
  })

  it('refuses keys that do not exist, and opens to those that do', async () => {
    await rig.control.keys.create(CONTEXT, SCOPE, keyInput('ci'))
    await expect(create({ keys: ['ci', 'gone'] })).rejects.toEqual(
      refusal('unknown_keys', 'keys.1'),
    )
    await deployed(rig, 'hello', { keys: ['ci'] })
    expect((await rig.control.keys.get(SCOPE, 'ci')).functions).toMatchObject([HELLO])
  })

  it('gives a name to one of many that ask for it at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create()))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(9)
    for (const { reason } of refused) expect(reason).toEqual(refusal('name_taken', 'name'))
  })

  it('refuses an unknown namespace by its name', async () => {
    const attempt = rig.control.functions.create(CONTEXT, SCOPE, 'nowhere', helloFunction('hello'))
    await expect(attempt).rejects.toThrow('nowhere')
  })
})

describe('changing a function', () => {
  it('is in force and finished at once when nothing has to be built', async () => {
    await deployed(rig, 'hello')
    const { value, propagation } = await update({
      timeoutSeconds: 0,
      bodyBytesMax: 1234,
      disabled: true,
      requiresKey: false,
      autoscaling: { minInstances: 1, maxInstances: 4 },
    })
    expect(value).toMatchObject({ type: 'update_faas_function', state: 'FINISHED' })
    const change = await feedSource(rig.store).changesSince(propagation.revision - 1)
    expect(change?.routes[0]).toMatchObject({
      timeoutMs: 180_000,
      bodyBytesMax: 1234,
      disabled: true,
      requiresKey: false,
      autoscaling: { minInstances: 1, maxInstances: 4 },
    })
    expect(rig.builder.sources).toHaveLength(1)
  })

  it('builds again for other source, values or flavor, and not for the same', async () => {
    await deployed(rig, 'hello', { envs: { A: '1', B: '2' } })
    for (const patch of [{ envs: { B: '2', A: '1' } }, { flavor: '80mCPU-128MB' }]) {
      expect((await update(patch)).value.state).toBe('FINISHED')
    }
    const patches: FunctionPatch[] = [
      { envs: { A: '2' } },
      { flavor: '125mCPU-256MB' },
      { codeText: 'exports.handler = () => 2' },
      { mainMethod: 'handler.other' },
      { dependencies: '{}' },
      { files: { 'lib/a.js': '1' } },
    ]
    for (const patch of patches) {
      const { value } = await update(patch)
      expect(value.state).toBe('NEW')
      expect((await rig.control.taskEnded(value.id)).state).toBe('FINISHED')
    }
    expect((await wholeSnapshot(feedSource(rig.store))).routes[0]?.version).toMatchObject({
      envs: { A: '2' },
      memoryMb: 256,
    })
  })

  it('leaves the version before a failed build serving, says why, and tries again when asked', async () => {
    await deployed(rig, 'hello')
    const { version } = (await wholeSnapshot(feedSource(rig.store))).routes[0]!
    const behaviour = rig.builder.behaviour
    const message = 'SyntaxError: Unexpected token (index.js:1).'
    rig.builder.behaviour = async () => ({ kind: 'failed', message, log: `line\n${message}\n` })
    const broken = { codeText: 'exports.handler = (' }
    const task = await rig.control.taskEnded((await update(broken)).value.id)
    expect(task).toMatchObject({ state: 'ERROR', error: message, createdResources: {} })
    expect((await get()).fn).toMatchObject({
      buildStatus: 'failed',
      buildMessage: `line\n${message}\n`,
    })
    expect((await wholeSnapshot(feedSource(rig.store))).routes[0]?.version).toEqual(version)
    rig.builder.behaviour = behaviour
    expect((await rig.control.taskEnded((await update(broken)).value.id)).state).toBe('FINISHED')
  })

  it('does not put a version to work that does not start', async () => {
    rig.nodes.outcome = { kind: 'failed', message: 'no method handler' }
    const task = await deployed(rig, 'hello')
    expect(task.state).toBe('ERROR')
    expect(task.error).toContain('no method handler')
    const { fn } = await get()
    expect(fn.deployed).toBeNull()
    expect(fn.buildMessage).toContain('no method handler')
  })

  it('puts a version to work untried when no data node is connected, and says so', async () => {
    rig.nodes.outcome = { kind: 'no-node' }
    expect((await deployed(rig, 'hello')).state).toBe('FINISHED')
    expect((await get()).fn.buildMessage).toMatch(/Built handler.cjs.\nNo data node/)
  })
})

describe('deleting a function', () => {
  it('takes it out of the feed and of its keys, and is finished when the nodes have applied it', async () => {
    await deployed(rig, 'hello')
    await rig.control.keys.create(CONTEXT, SCOPE, keyInput('ci', [HELLO]))
    const before = await wholeSnapshot(feedSource(rig.store))
    const { value } = await rig.control.functions.delete(CONTEXT, SCOPE, HELLO)
    expect(value).toMatchObject({ type: 'delete_faas_function', state: 'FINISHED' })
    await expect(get()).rejects.toEqual(refusal('not_found'))
    const change = await feedSource(rig.store).changesSince(before.revision)
    expect(change?.removedFunctionIds).toEqual([before.routes[0]!.functionId])
    expect(change?.keys).toEqual([{ ...before.keys[0]!, functionIds: [] }])
    await expect(rig.control.functions.delete(CONTEXT, SCOPE, HELLO)).rejects.toThrow('demo/hello')
  })
})

describe('looking at functions', () => {
  it('adds instances and endpoint, asking the nodes once for a list', async () => {
    await deployed(rig, 'one')
    await deployed(rig, 'two')
    const { fn } = await rig.control.functions.get(SCOPE, { namespace: 'demo', name: 'one' })
    rig.nodes.counts.set(fn.id, { total: 2, ready: 1 })
    rig.nodes.statusCalls = 0
    const page = await rig.control.functions.list(SCOPE, 'demo', { ...NEWEST_FIRST, search: 'o' })
    expect(page.count).toBe(2)
    expect(page.results.map((view) => [view.fn.name, view.instances.total])).toEqual([
      ['two', 0],
      ['one', 2],
    ])
    expect(page.results[1]?.endpoint).toBe(`http://127.0.0.1:8081/${fn.label}`)
    expect(rig.nodes.statusCalls).toBe(1)
    const [view] = (await rig.control.namespaces.list(SCOPE, NEWEST_FIRST)).results
    expect(view?.functions.map((one) => one.fn.name)).toEqual(['one', 'two'])
    expect(rig.nodes.statusCalls).toBe(2)
  })

  it('hands on the newest log lines', async () => {
    await deployed(rig, 'hello')
    rig.nodes.push({ message: 'a' })
    rig.nodes.push({ message: 'b' })
    const lines = await rig.control.functions.logs(SCOPE, HELLO, { limit: 1 })
    expect(lines.map(({ message }) => message)).toEqual(['b'])
    const nobody = { namespace: 'demo', name: 'nobody' }
    await expect(rig.control.functions.logs(SCOPE, nobody, { limit: 1 })).rejects.toThrow(
      'demo/nobody',
    )
  })
})
