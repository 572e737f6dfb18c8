import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deletedKeysRetention } from '../../src/control/deleted-keys-retention.ts'
import type { ControlDeps } from '../../src/control/deps.ts'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import { listAudit } from '../../src/store/audit.ts'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import {
  CONTEXT,
  createNamespace,
  deployed,
  dump,
  keyInput,
  type Rig,
  SCOPE,
  START_MS,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
const HELLO = { namespace: 'demo', name: 'hello' }
const ALL = { limit: 1000, offset: 0 }
let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  await createNamespace(rig)
})
afterEach(() => rig.close())

const refusal = (code: string) => expect.objectContaining({ code })
const create = async (name: string, changes = {}) =>
  (await rig.control.keys.create(CONTEXT, SCOPE, { ...keyInput(name), ...changes })).value
const remove = (name: string, leaked = false) =>
  rig.control.keys.delete(CONTEXT, SCOPE, name, { leaked })
const restore = async (id: string, input = {}) =>
  (await rig.control.deletedKeys.restore(CONTEXT, SCOPE, id, input)).value
const listed = (query = {}) => rig.control.deletedKeys.list(SCOPE, { ...ALL, ...query })
const fed = async () =>
  (await wholeSnapshot(feedSource(rig.store))).keys.map(({ digest, name }) => ({ digest, name }))
const eventTypes = async () =>
  (await rig.store.db.selectFrom('events').select('type').orderBy('id').execute()).map(
    ({ type }) => type,
  )

describe('a deleted key', () => {
  it('is listed apart, newest first, by part of its name, with who deleted it and until when it can come back', async () => {
    await create('web')
    const { key } = await create('app', { description: 'for Ann' })
    await remove('web')
    rig.clock.advance(1)
    await remove('app')
    const { count, results } = await listed()
    expect(count).toBe(2)
    expect(results[0]).toEqual({
      key: {
        ...SCOPE,
        id: key.id,
        name: 'app',
        description: 'for Ann',
        hint: key.hint,
        expireMs: null,
        deletedAtMs: START_MS + 1,
        deletedBy: 'tester',
        leaked: false,
      },
      restorableUntilMs: START_MS + 1 + 30 * DAY_MS,
    })
    const found = await listed({ search: 'we' })
    expect([found.count, found.results.map(({ key }) => key.name)]).toEqual([1, ['web']])
    expect(await fed()).toEqual([])
  })

  it('comes back with its id, its secret, and what it opened as far as that is still there', async () => {
    await deployed(rig, 'hello')
    await deployed(rig, 'bye')
    const limited = { ...HELLO, methods: ['GET'], paths: ['/a'] }
    const { key, secret } = await create('ci', {
      functions: [limited, { namespace: 'demo', name: 'bye' }],
      namespaces: [{ namespace: 'demo' }],
      labels: { env: 'prod' },
      description: 'for Ann',
      disabled: true,
    })
    await remove('ci')
    await rig.control.functions.delete(CONTEXT, SCOPE, { namespace: 'demo', name: 'bye' })
    rig.clock.advance(5)
    const back = await restore(key.id)
    expect(back).toEqual({
      ...key,
      functions: [limited],
      updatedAtMs: START_MS + 5,
      changedRevision: back.changedRevision,
    })
    expect(await fed()).toEqual([{ name: 'ci', digest: keySecretDigest(secret) }])
    expect((await listed()).count).toBe(0)
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({
      action: 'key.restored',
      entityId: key.id,
    })
    expect(await eventTypes()).toEqual(['key.created', 'key.deleted', 'key.restored'])
  })

  it('goes on with its rotation when it comes back, and leaves neither secret behind when it leaked', async () => {
    const { key, secret: old } = await create('ci')
    const { value } = await rig.control.keyRotations.rotate(CONTEXT, SCOPE, 'ci', {
      graceSeconds: 60,
      hardEndMs: null,
      replaces: false,
    })
    const digests = [old, value.secret].map(keySecretDigest)
    await remove('ci')
    expect((await restore(key.id)).rotation).toEqual(value.key.rotation)
    expect((await fed()).map(({ digest }) => digest).sort()).toEqual(digests.toSorted())
    await remove('ci', true)
    const text = await dump(rig.store)
    for (const digest of digests) expect(text).not.toContain(digest)
  })

  it('leaves its name to others, and comes back under another then', async () => {
    const { key } = await create('ci')
    await remove('ci')
    await create('ci')
    await expect(restore(key.id)).rejects.toEqual(refusal('name_taken'))
    expect(await restore(key.id, { name: 'ci-old' })).toMatchObject({ id: key.id, name: 'ci-old' })
  })

  it('comes back under the policy of its project, with another expiry if it must', async () => {
    const { key } = await create('ci')
    await remove('ci')
    await rig.control.keySettings.update(CONTEXT, 1, { keyLifeDaysMax: 10 })
    await expect(restore(key.id)).rejects.toEqual(refusal('key_policy'))
    await expect(restore(key.id, { expireMs: START_MS })).rejects.toEqual(refusal('expire_in_past'))
    expect((await restore(key.id, { expireMs: START_MS + DAY_MS })).expireMs).toBe(
      START_MS + DAY_MS,
    )
  })

  it('can come back expired, to be renewed', async () => {
    const { key } = await create('ci', { expireMs: START_MS + 5 })
    await remove('ci')
    rig.clock.advance(9)
    expect((await restore(key.id)).expireMs).toBe(START_MS + 5)
  })

  it('does not come back once it leaked: not even the digest of its secret is kept', async () => {
    const { key, secret } = await create('ci')
    const { value } = await remove('ci', true)
    expect(value.id).toBe(key.id)
    expect((await listed()).results).toMatchObject([
      { key: { name: 'ci', leaked: true }, restorableUntilMs: null },
    ])
    await expect(restore(key.id)).rejects.toEqual(refusal('key_leaked'))
    expect(await dump(rig.store)).not.toContain(keySecretDigest(secret))
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({ action: 'key.leaked' })
    expect(await eventTypes()).toEqual(['key.created', 'key.leaked'])
  })

  it('is forgotten for good when somebody wants it', async () => {
    const { key } = await create('ci')
    await remove('ci')
    await rig.control.deletedKeys.purge(CONTEXT, SCOPE, key.id)
    expect((await listed()).count).toBe(0)
    await expect(restore(key.id)).rejects.toEqual(refusal('not_found'))
    await expect(rig.control.deletedKeys.purge(CONTEXT, SCOPE, key.id)).rejects.toEqual(
      refusal('not_found'),
    )
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({
      action: 'key.purged',
      entityName: 'ci',
    })
  })

  it('belongs to its project and region', async () => {
    const { key } = await create('ci')
    await remove('ci')
    const { id: projectId } = await rig.control.projects.create(CONTEXT, {
      name: 'other',
      description: null,
    })
    const elsewhere = { projectId, regionId: 1 }
    expect((await rig.control.deletedKeys.list(elsewhere, ALL)).count).toBe(0)
    await expect(rig.control.deletedKeys.restore(CONTEXT, elsewhere, key.id, {})).rejects.toEqual(
      refusal('not_found'),
    )
    await expect(rig.control.deletedKeys.list({ projectId: 9, regionId: 1 }, ALL)).rejects.toEqual(
      refusal('not_found'),
    )
  })
})

describe('the time to bring a key back', () => {
  it('is over to the millisecond, whether or not the key was cleared away, and then it is', async () => {
    const { key } = await create('ci')
    await remove('ci')
    rig.clock.advance(30 * DAY_MS - 1)
    expect((await listed()).count).toBe(1)
    rig.clock.advance(1)
    expect((await listed()).count).toBe(0)
    await expect(restore(key.id)).rejects.toEqual(refusal('not_found'))
    await create('fresh')
    await remove('fresh')

    const retention = deletedKeysRetention({ ...deps(), deletedKeysDays: 30 })
    // A sweep goes a day further than the one before it at most.
    for (let day = 0; day < 30; day++) await retention.run()
    await retention.stop()
    const left = await rig.store.db.selectFrom('deleted_keys').select('name').execute()
    expect(left).toEqual([{ name: 'fresh' }])
    const watched = await rig.store.db.selectFrom('key_notices').select('key_id').execute()
    expect(watched.map((row) => row.key_id)).not.toContain(key.id)
    expect(watched).toHaveLength(1)
    expect((await listAudit(rig.store.db)).at(-1)).toMatchObject({
      action: 'key.purged',
      entityId: key.id,
      actor: { name: 'system' },
    })
  })

  it('is not over for all keys because a clock was ahead for a while', async () => {
    const { key } = await create('ci')
    const retention = deletedKeysRetention({ ...deps(), deletedKeysDays: 30 })
    await retention.run()
    await remove('ci')
    rig.clock.advance(60 * DAY_MS)
    await retention.run()
    rig.clock.advance(-60 * DAY_MS)
    await retention.stop()
    expect(await restore(key.id)).toMatchObject({ name: 'ci' })
  })

  function deps(): ControlDeps {
    const { store, nodes, clock } = rig
    const logger = { info: () => {}, warn: fail, error: fail }
    return { store, nodes, clock, logger, propagationTimeoutMs: 1000 } as unknown as ControlDeps
  }

  function fail(error: unknown): never {
    throw new Error(`logged ${JSON.stringify(error)}`)
  }
})
