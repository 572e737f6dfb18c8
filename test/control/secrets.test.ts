import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../../src/store/audit.ts'
import { CONTEXT, helloFunction, type Rig, SCOPE, startRig } from './harness.ts'

const HELLO = { namespace: 'demo', name: 'hello' }

let rig: Rig
beforeEach(async () => {
  rig = await startRig({
    deps: { readAtStart: (names) => names.filter((name) => name.startsWith('NODE_')) },
  })
  const namespace = {
    name: 'demo',
    description: '',
    envs: {},
    secretEnvs: { SHARED: 'shared-value' },
  }
  await rig.control.namespaces.create(CONTEXT, SCOPE, namespace)
  const input = { ...helloFunction('hello'), secretEnvs: { OWN: 'own-value' } }
  const { value } = await rig.control.functions.create(CONTEXT, SCOPE, 'demo', input)
  await rig.control.taskEnded(value.id)
})
afterEach(() => rig.close())

const update = async (patch: object) => {
  const { value } = await rig.control.functions.update(CONTEXT, SCOPE, HELLO, patch)
  return await rig.control.taskEnded(value.id)
}
const audits = async (action: string) =>
  (await listAudit(rig.store.db)).filter((row) => row.action === action)

describe('secret environment values', () => {
  it('go to the nodes sealed, of the function and of its namespace', () => {
    const version = rig.nodes.tried.at(-1)!.version!
    expect(Object.keys(version.sealedEnvs!).sort()).toEqual(['OWN', 'SHARED'])
    expect(version.envs).toEqual({})
    expect(JSON.stringify(rig.nodes.tried)).not.toMatch(/own-value|shared-value/)
  })

  it('are told in the audit by name, a new value of a name too', async () => {
    await update({ secretEnvs: { OWN: 'newer-value' } })
    const [row] = (await audits('function.updated')).slice(-1)
    expect(row!.after).toMatchObject({ secret_env_names: ['OWN'], secret_envs_changed: ['OWN'] })
    expect(JSON.stringify(await listAudit(rig.store.db))).not.toMatch(/(own|newer|shared)-value/)
  })

  it('ask for a deployment when they change, and only then', async () => {
    const tried = rig.nodes.tried.length
    await update({ secretEnvs: { OWN: 'own-value' } })
    expect(rig.nodes.tried).toHaveLength(tried)
    await update({ secretEnvs: { OWN: 'another' } })
    await update({ secretEnvs: { OWN: null } })
    expect(rig.nodes.tried).toHaveLength(tried + 2)
    const patch = { secretEnvs: { SHARED: 'another' } }
    const { value } = await rig.control.namespaces.update(CONTEXT, SCOPE, 'demo', patch)
    await rig.control.taskEnded(value.id)
    expect(rig.nodes.tried).toHaveLength(tried + 3)
  })

  it('cannot be read at the start, nor have a plain value beside them', async () => {
    for (const [patch, field] of [
      [{ secretEnvs: { NODE_OPTIONS: 'x' } }, 'secret_envs.NODE_OPTIONS'],
      [{ envs: { OWN: 'plain' } }, 'secret_envs.OWN'],
      [{ envs: { A: '1' }, secretEnvs: { A: '2' } }, 'secret_envs.A'],
    ] as const) {
      await expect(update(patch)).rejects.toMatchObject({
        code: 'invalid_body',
        fields: [{ field }],
      })
    }
    const namespace = { secretEnvs: { NODE_OPTIONS: 'x' } }
    const refused = rig.control.namespaces.update(CONTEXT, SCOPE, 'demo', namespace)
    await expect(refused).rejects.toMatchObject({ code: 'invalid_body' })
    await update({ envs: { OWN: 'plain' }, secretEnvs: { OWN: null } })
    await update({ envs: {}, secretEnvs: { OWN: 'sealed again' } })
  })
})
