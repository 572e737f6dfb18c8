import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  keyInput,
  NEWEST_FIRST,
  type Rig,
  SCOPE,
  startRig,
} from './harness.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig, 'demo', { SHARED: 'one', OWN: 'namespace' })
})
afterEach(() => rig.close())

const versions = async () =>
  (await wholeSnapshot(feedSource(rig.store))).routes.map((route) => route.version?.envs)
const update = (patch: object) => rig.control.namespaces.update(CONTEXT, SCOPE, 'demo', patch)

describe('a namespace', () => {
  it('is created, found and listed, and its name is taken then', async () => {
    const { namespace, functions } = await rig.control.namespaces.get(SCOPE, 'demo')
    expect(namespace).toMatchObject({ name: 'demo', envs: { SHARED: 'one', OWN: 'namespace' } })
    expect(functions).toEqual([])
    await expect(createNamespace(rig)).rejects.toMatchObject({ code: 'name_taken' })
    await createNamespace(rig, 'other')
    const page = await rig.control.namespaces.list(SCOPE, { ...NEWEST_FIRST, limit: 1 })
    expect([page.count, page.results[0]?.namespace.name]).toEqual([2, 'other'])
    await expect(rig.control.namespaces.get(SCOPE, 'gone')).rejects.toThrow('gone')
  })

  it('deploys all its functions again in one task when its values change', async () => {
    await deployed(rig, 'one')
    await deployed(rig, 'two', { envs: { OWN: 'function' } })
    const { value } = await update({ envs: { SHARED: 'two', OWN: 'namespace' } })
    expect(value).toMatchObject({ type: 'update_faas_namespace', state: 'NEW' })
    const task = await rig.control.taskEnded(value.id)
    expect(task.state).toBe('FINISHED')
    expect(task.createdResources.faas_namespaces).toHaveLength(1)
    expect(await versions()).toEqual(
      expect.arrayContaining([
        { SHARED: 'two', OWN: 'namespace' },
        { SHARED: 'two', OWN: 'function' },
      ]),
    )
  })

  it('finishes at once when there is nothing to deploy', async () => {
    expect((await update({ envs: { X: '1' } })).value.state).toBe('FINISHED')
    await deployed(rig, 'one')
    expect((await update({ description: 'text', envs: { X: '1' } })).value.state).toBe('FINISHED')
    expect((await rig.control.namespaces.get(SCOPE, 'demo')).namespace.description).toBe('text')
  })

  it('names the functions that could not be deployed again', async () => {
    await deployed(rig, 'good')
    await deployed(rig, 'bad')
    const behaviour = rig.builder.behaviour
    rig.builder.behaviour = async (source, onProgress) =>
      source.codeText.includes('bad')
        ? { kind: 'failed', message: 'no luck', log: '' }
        : await behaviour(source, onProgress)
    const { value } = await update({ envs: { SHARED: 'three' } })
    const task = await rig.control.taskEnded(value.id)
    expect(task).toMatchObject({ state: 'ERROR', error: 'demo/bad: no luck' })
    expect(await versions()).toEqual(expect.arrayContaining([{ SHARED: 'three' }]))
  })

  it('takes its functions and their grants with it', async () => {
    await deployed(rig, 'one')
    await deployed(rig, 'two')
    const one = { namespace: 'demo', name: 'one' }
    await rig.control.keys.create(CONTEXT, SCOPE, keyInput('ci', [one]))
    const before = await wholeSnapshot(feedSource(rig.store))
    const { value } = await rig.control.namespaces.delete(CONTEXT, SCOPE, 'demo')
    expect(value).toMatchObject({ type: 'delete_faas_namespace', state: 'FINISHED' })
    const change = await feedSource(rig.store).changesSince(before.revision)
    expect(change?.removedFunctionIds).toHaveLength(2)
    expect(change?.keys.map((key) => key.functionIds)).toEqual([[]])
    expect((await rig.control.keys.get(SCOPE, 'ci')).functions).toEqual([])
    await expect(rig.control.functions.get(SCOPE, one)).rejects.toMatchObject({ code: 'not_found' })
  })
})
