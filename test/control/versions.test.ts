import { hash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FunctionPatch } from '../../src/control/functions-control.ts'
import { listAudit } from '../../src/store/audit.ts'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import { CONTEXT, createNamespace, deployed, type Rig, SCOPE, startRig } from './harness.ts'

const HELLO = { namespace: 'demo', name: 'hello' }
const PAGE = { limit: 100, offset: 0 }
let rig: Rig
/** Artifacts that are said to be on the disk. */
const onDisk = new Set<string>()
const artifacts = { reuse: async (id: string) => onDisk.has(id), removeUnused: async () => 0 }

beforeEach(async () => {
  onDisk.clear()
  rig = await startRig({ deps: { artifacts, versionsKept: 4 } })
  await createNamespace(rig)
  await deployed(rig, 'hello', { codeText: 'one\n', envs: { A: '1', B: '2' } })
})
afterEach(() => rig.close())

async function change(patch: FunctionPatch) {
  const { value } = await rig.control.functions.update(CONTEXT, SCOPE, HELLO, patch)
  return await rig.control.taskEnded(value.id)
}
async function rollback(number: number) {
  const { value } = await rig.control.versions.rollback(CONTEXT, SCOPE, HELLO, number)
  return await rig.control.taskEnded(value.id)
}
const versions = async () => (await rig.control.versions.list(SCOPE, HELLO, PAGE)).results
const route = async () => (await wholeSnapshot(feedSource(rig.store))).routes[0]!
const artifactOf = (codeText: string) => hash('sha256', codeText, 'hex')

describe('versions', () => {
  it('are one for each successful deployment, newest first, with who asked for it', async () => {
    const task = await change({ codeText: 'two\n' })
    rig.builder.behaviour = async () => ({ kind: 'failed', message: 'no', log: '' })
    await change({ codeText: 'broken\n' })
    expect(await versions()).toMatchObject([
      { number: 2, isCurrent: true, tokenId: 1, taskId: task.id, artifactId: artifactOf('two\n') },
      { number: 1, isCurrent: false, rolledBackTo: null, artifactId: artifactOf('one\n') },
    ])
  })

  it('are not made by what needs no deployment or puts the same to work again', async () => {
    await change({ timeoutSeconds: 7 })
    await change({ mainMethod: 'other.handler' })
    expect(await versions()).toHaveLength(1)
    await change({ flavor: '125mCPU-256MB' })
    await change({ envs: { A: '1' } })
    expect((await versions()).map(({ number }) => number)).toEqual([3, 2, 1])
  })

  it('are kept up to a number, which is never given again', async () => {
    for (const code of ['2', '3', '4', '5', '6']) await change({ codeText: code })
    expect((await versions()).map(({ number }) => number)).toEqual([6, 5, 4, 3])
    await expect(rig.control.versions.get(SCOPE, HELLO, 2)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(rig.control.versions.diff(SCOPE, HELLO, 3, undefined)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('go with their function', async () => {
    await rig.control.functions.delete(CONTEXT, SCOPE, HELLO)
    const rows = await rig.store.db.selectFrom('function_versions').selectAll().execute()
    expect(rows).toEqual([])
  })
})

describe('the difference of two versions', () => {
  it('is unified text for code, files and dependencies, and names alone for the environment', async () => {
    await change({
      codeText: 'one\ntwo\n',
      files: { 'a.txt': 'new\n' },
      dependencies: '{"x":"1"}',
      envs: { B: 'secret-value', C: '3' },
      flavor: '125mCPU-256MB',
    })
    const diff = await rig.control.versions.diff(SCOPE, HELLO, 2, undefined)
    expect(diff).toMatchObject({
      number: 2,
      with: 1,
      settings: [{ name: 'flavor', before: '80mCPU-128MB', after: '125mCPU-256MB' }],
      envNames: { added: ['C'], removed: ['A'], changed: ['B'] },
    })
    expect(diff.parts.map(({ path, change }) => [path, change])).toEqual([
      ['code_text', 'changed'],
      ['dependencies', 'added'],
      ['files/a.txt', 'added'],
    ])
    expect(diff.parts[0]!.diff).toBe(
      '--- a/code_text\n+++ b/code_text\n@@ -1,1 +1,2 @@\n one\n+two\n',
    )
    expect(JSON.stringify(diff)).not.toContain('secret-value')
    const back = await rig.control.versions.diff(SCOPE, HELLO, 1, 2)
    expect(back.envNames).toEqual({ added: ['A'], removed: ['C'], changed: ['B'] })
  })

  it('names what would take too long, and does not hold up the server', async () => {
    const noise = (seed: string) =>
      Array.from({ length: 9_000 }, (_, i) => hash('md5', seed + i, 'hex').slice(0, 8)).join('\n')
    await change({ codeText: noise('a') })
    await change({ codeText: noise('b') })
    let longestMs = 0
    let lastMs = performance.now()
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
    }, 5)
    const { parts } = await rig.control.versions.diff(SCOPE, HELLO, 3, 2)
    clearInterval(timer)
    expect(parts).toMatchObject([{ path: 'code_text', change: 'changed', diff: null }])
    expect(longestMs).toBeLessThan(1_000)
  })
})

describe('rolling back', () => {
  it('puts the version to work without building it, and gives the function its fields', async () => {
    await change({ codeText: 'two\n', envs: { A: 'x' }, files: { 'a.txt': '' } })
    onDisk.add(artifactOf('one\n'))
    const built = rig.builder.sources.length
    expect((await rollback(1)).state).toBe('FINISHED')
    expect(rig.builder.sources).toHaveLength(built)
    expect((await route()).version).toMatchObject({
      artifact: { id: artifactOf('one\n') },
      envs: { A: '1', B: '2' },
    })
    const { fn } = await rig.control.functions.get(SCOPE, HELLO)
    expect(fn).toMatchObject({
      source: { codeText: 'one\n', files: {} },
      envs: { A: '1', B: '2' },
      buildStatus: 'succeeded',
      buildMessage: 'Version 1 is put to work again as it was built.\n',
    })
    expect((await versions())[0]).toMatchObject({ number: 3, isCurrent: true, rolledBackTo: 1 })
    const actions = (await listAudit(rig.store.db)).map(({ action }) => action)
    expect(actions.slice(-2)).toEqual(['function.rolled-back', 'function.deployed'])
  })

  it('builds the version again when what was built is gone', async () => {
    await change({ codeText: 'two\n' })
    expect((await rollback(1)).state).toBe('FINISHED')
    expect(rig.builder.sources.at(-1)?.codeText).toBe('one\n')
    expect((await versions())[0]).toMatchObject({ number: 3, rolledBackTo: 1 })
  })

  it('leaves what serves when the version does not start any more', async () => {
    await change({ codeText: 'two\n' })
    onDisk.add(artifactOf('one\n'))
    rig.nodes.outcome = { kind: 'failed', message: 'it has changed its mind' }
    expect(await rollback(1)).toMatchObject({ state: 'ERROR' })
    expect((await route()).version?.artifact.id).toBe(artifactOf('two\n'))
    expect(await versions()).toHaveLength(2)
  })

  it('takes the namespace’s values as they are now', async () => {
    await change({ codeText: 'two\n' })
    const changed = await rig.control.namespaces.update(CONTEXT, SCOPE, 'demo', {
      envs: { SHARED: 'new' },
    })
    await rig.control.taskEnded(changed.value.id)
    onDisk.add(artifactOf('one\n'))
    await rollback(1)
    expect((await route()).version?.envs).toMatchObject({ A: '1', SHARED: 'new' })
  })

  it('mends a function whose newest build failed', async () => {
    rig.builder.behaviour = async () => ({ kind: 'failed', message: 'no', log: '' })
    await change({ codeText: 'broken\n' })
    onDisk.add(artifactOf('one\n'))
    expect((await rollback(1)).state).toBe('FINISHED')
    const { fn } = await rig.control.functions.get(SCOPE, HELLO)
    expect(fn).toMatchObject({ source: { codeText: 'one\n' }, buildStatus: 'succeeded' })
    expect(await versions()).toHaveLength(1)
  })

  it('survives a kill: the next start goes on with it', async () => {
    await change({ codeText: 'two\n' })
    onDisk.add(artifactOf('one\n'))
    await rig.control.stop()
    const { value } = await rig.control.versions.rollback(CONTEXT, SCOPE, HELLO, 1)
    const second = await rig.again({ artifacts })
    expect((await second.control.taskEnded(value.id)).state).toBe('FINISHED')
    expect(second.builder.sources).toEqual([])
    expect((await versions())[0]).toMatchObject({ number: 3, rolledBackTo: 1 })
  })

  it('refuses a version that is not there', async () => {
    await expect(rollback(9)).rejects.toMatchObject({ code: 'not_found' })
  })
})
