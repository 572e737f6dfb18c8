import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bootstrap, bootstrapShown } from '../../src/control/bootstrap.ts'
import { ensureFoundation } from '../../src/control/first-start.ts'
import { ensureSettingsToken } from '../../src/control/settings-token.ts'
import { keySecretDigest } from '../../src/domain/key-secret.ts'
import { parseToken } from '../../src/domain/token.ts'
import { ManualClock } from '../../src/lib/clock.ts'
import { feedSource } from '../../src/store/feed.ts'
import { wholeSnapshot } from '../helpers/whole-snapshot.ts'
import { dump, NEWEST_FIRST, OWNER, openRig, type Rig, SCOPE, START_MS } from './harness.ts'

let folder: string
let rig: Rig
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-boot-'))
  rig = await openRig(folder, new ManualClock(START_MS), {})
})
afterEach(async () => {
  await rig.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (options = {}) =>
  bootstrap({ store: rig.store, control: rig.control, demo: true, ...options })
const known = async (token: string | undefined) => {
  const found = await rig.control.principals.find({ kind: 'token', token: parseToken(token!)! })
  return found.kind === 'known' ? found.principal : undefined
}
const HELLO = { namespace: 'demo', name: 'hello' }

describe('the first start', () => {
  it('makes a project, a region, a token and a demo behind a key', async () => {
    const order: string[] = []
    const result = await run({ nodesConnected: async () => order.push('connected') })
    expect(order).toEqual(['connected'])
    expect(result).toMatchObject({ firstStart: true, demo: { keyName: 'demo' } })
    expect(await known(result.token)).toMatchObject({ kind: 'token', id: 1 })
    const { fn, endpoint } = await rig.control.functions.get(SCOPE, HELLO)
    expect(fn).toMatchObject({ requiresKey: true, buildStatus: 'succeeded', keys: ['demo'] })
    expect(result.demo?.endpoint).toBe(endpoint)
    const { keys } = await wholeSnapshot(feedSource(rig.store))
    expect(keys.map((key) => key.digest)).toEqual([keySecretDigest(result.demo!.secret)])
    const projects = await rig.control.projects.list(NEWEST_FIRST)
    expect(projects.results).toMatchObject([{ id: 1, name: 'default', isDefault: true }])
    const text = await dump(rig.store)
    expect(text).not.toContain(result.demo!.secret)
    expect(text).not.toContain(parseToken(result.token!)!.secret)
  })

  it('shows nothing again once it was shown, and brings nothing back that was deleted', async () => {
    await run()
    await bootstrapShown(rig.store)
    await rig.control.namespaces.delete(
      { actor: { tokenId: 1, userId: 0, name: 'tester', requestId: '', address: '' } },
      SCOPE,
      'demo',
    )
    expect(await run()).toEqual({ firstStart: false })
    expect((await rig.control.namespaces.list(SCOPE, NEWEST_FIRST)).count).toBe(0)
  })

  it('replaces the secrets that were never shown', async () => {
    const lost = await run()
    const shown = await run()
    expect(shown.firstStart).toBe(true)
    expect(await known(lost.token)).toBeUndefined()
    expect(await known(shown.token)).toBeDefined()
    const { keys } = await wholeSnapshot(feedSource(rig.store))
    expect(keys.map((key) => key.digest)).toEqual([keySecretDigest(shown.demo!.secret)])
    expect(await rig.control.tokens.list(OWNER)).toHaveLength(1)
  })

  it('goes on where it was interrupted: token without demo, function without key', async () => {
    await ensureFoundation(rig.store, { hasAdminToken: false })
    expect((await run({ demo: false })).demo).toBeUndefined()
    const whole = await run()
    await rig.control.keys.delete(
      { actor: { tokenId: 1, userId: 0, name: 'tester', requestId: '', address: '' } },
      SCOPE,
      'demo',
    )
    const repaired = await run()
    expect(repaired.demo?.endpoint).toBe(whole.demo?.endpoint)
    expect((await rig.control.keys.list(SCOPE, NEWEST_FIRST)).count).toBe(1)
  })

  it('builds the demo again when its build had failed, and tells when it cannot', async () => {
    rig.nodes.outcome = { kind: 'failed', message: 'no luck' }
    const failed = await run()
    expect(failed.demo).toBeUndefined()
    expect(failed.demoFailure).toContain('no luck')
    rig.nodes.outcome = { kind: 'ready' }
    expect((await run()).demo).toBeDefined()
  })

  it('makes no token when the settings bring one', async () => {
    const adminToken = { id: 5, secret: 'a-secret-of-the-operator' }
    await ensureSettingsToken(rig.store, adminToken)
    const result = await run({ adminToken, demo: false })
    expect(result).toEqual({ firstStart: true })
    expect(await rig.control.tokens.list(OWNER)).toMatchObject([{ id: 5, source: 'settings' }])
    expect(await run({ adminToken, demo: false })).toEqual({ firstStart: true })
  })
})

describe('a later start', () => {
  it('makes a new token when the store has lost its last one', async () => {
    const adminToken = { id: 5, secret: 'a-secret-of-the-operator' }
    await ensureSettingsToken(rig.store, adminToken)
    await run({ adminToken, demo: false })
    await bootstrapShown(rig.store)
    await ensureSettingsToken(rig.store, undefined)
    const result = await run()
    expect(result.firstStart).toBe(false)
    expect(result.demo).toBeUndefined()
    const repeated = await run()
    expect(repeated.demo).toBeUndefined()
    expect(await known(result.token)).toBeUndefined()
    expect(await known(repeated.token)).toBeDefined()
    await bootstrapShown(rig.store)
    expect(await run()).toEqual({ firstStart: false })
  })
})
