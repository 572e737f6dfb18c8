import { describe, expect, it } from 'vitest'
import { mergedEnvs, versionId } from '../../src/domain/function.ts'
import {
  openEnvs,
  sealedAfter,
  sealedEnvsErrors,
  secretEnvsErrors,
} from '../../src/domain/secret-envs.ts'
import { KeyRing } from '../../src/lib/sealing.ts'

const ring = new KeyRing(Buffer.alloc(32, 1))
const fn = { projectId: 1, regionId: 1, namespace: 'demo', name: 'hello', functionId: 'f1' }
const owner = { functionId: 'f1' }
const shared = { scope: fn, namespace: 'demo' }

describe('a change of secret values', () => {
  it('leaves what it does not name, and what it sends as it is, sealed as they were', () => {
    const before = sealedAfter(ring, owner, {}, { A: 'one', B: 'two', C: 'three' })
    const after = sealedAfter(ring, owner, before, { A: 'one', B: 'changed', C: null, D: 'four' })
    expect(Object.keys(after).sort()).toEqual(['A', 'B', 'D'])
    expect(after.A).toBe(before.A)
    expect(after.B).not.toBe(before.B)
    const envs = { A: 'one', B: 'changed', D: 'four' }
    expect(openEnvs(ring, fn, after)).toEqual({ kind: 'opened', envs })
  })

  it('seals a value anew that was sealed with a key of before', () => {
    const before = sealedAfter(ring, owner, {}, { A: 'one' })
    const newer = new KeyRing(Buffer.alloc(32, 2), [Buffer.alloc(32, 1)])
    expect(sealedAfter(newer, owner, before, { A: 'one' }).A).toContain(newer.keyId)
  })

  it('is refused for values that are too long, too many, or plain as well', () => {
    expect(secretEnvsErrors({ A: 'é'.repeat(4097), B: 'é'.repeat(4096), C: null })).toEqual([
      { field: 'secret_envs.A', message: 'must have at most 8192 bytes' },
    ])
    expect(sealedEnvsErrors({ A: 'x', C: 'y' }, { A: 's1', B: 's1' })).toEqual([
      { field: 'secret_envs.A', message: expect.stringContaining('also one of envs') },
    ])
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`N${i}`, 's1']))
    expect(sealedEnvsErrors({}, many)).toHaveLength(1)
    expect(sealedEnvsErrors({}, { A: 's'.repeat(200_000) })).toHaveLength(1)
  })
})

describe('sealed values', () => {
  it('open for their function, or for the functions of their namespace, and for no other', () => {
    const own = sealedAfter(ring, owner, {}, { A: 'one' })
    const common = sealedAfter(ring, shared, {}, { B: 'two' })
    const both = { ...own, ...common }
    expect(openEnvs(ring, fn, both)).toEqual({ kind: 'opened', envs: { A: 'one', B: 'two' } })
    expect(openEnvs(ring, { ...fn, functionId: 'f2' }, own)).toMatchObject({ reason: 'damaged' })
    expect(openEnvs(ring, { ...fn, functionId: 'f2' }, common)).toMatchObject({ kind: 'opened' })
    expect(openEnvs(ring, { ...fn, namespace: 'other' }, common)).toMatchObject({
      message: 'the secret value B is damaged: set it again',
    })
    expect(openEnvs(ring, fn, { B: own.A! })).toMatchObject({ reason: 'damaged' })
  })

  it('name the key that is missed', () => {
    const other = new KeyRing(Buffer.alloc(32, 9))
    const sealed = sealedAfter(other, owner, {}, { A: 'one' })
    const opened = openEnvs(ring, fn, sealed)
    expect(opened).toMatchObject({ kind: 'failed', reason: 'unknown-key' })
    expect(opened).toMatchObject({ message: expect.stringContaining(other.keyId) })
  })

  it('are part of what tells versions apart, and change no version without them', () => {
    const artifact = { id: 'a', runtime: 'nodejs26', entry: 'handler.js', method: 'handler' }
    const plain = { artifact, envs: { X: 'y' }, flavor: '80mCPU-128MB' }
    const sealed = { ...plain, sealedEnvs: { A: 's1', B: 's2' } }
    expect(versionId(sealed)).not.toBe(versionId(plain))
    expect(versionId({ ...plain, sealedEnvs: { B: 's2', A: 's1' } })).toBe(versionId(sealed))
    expect(versionId({ ...plain, sealedEnvs: { A: 's1', B: 's3' } })).not.toBe(versionId(sealed))
  })

  it('of a function win over its namespace, and are won over, whichever are secret', () => {
    const merged = mergedEnvs({
      namespaceEnvs: { A: 'n', B: 'n', C: 'n' },
      namespaceSecretEnvs: { D: 'sn', E: 'sn', F: 'sn' },
      envs: { A: 'f', D: 'f' },
      secretEnvs: { B: 'sf', E: 'sf' },
    })
    expect(merged.envs).toEqual({ A: 'f', C: 'n', D: 'f' })
    expect(merged.sealedEnvs).toEqual({ B: 'sf', E: 'sf', F: 'sn' })
    const none = { namespaceEnvs: {}, namespaceSecretEnvs: {}, envs: {}, secretEnvs: {} }
    expect(mergedEnvs(none)).toEqual({ envs: {} })
  })
})
