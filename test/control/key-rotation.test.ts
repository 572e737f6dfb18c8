import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RotationEnds } from '../../src/control/rotation-ends.ts'
import { takeFirstUses, takeUsage } from '../../src/control/usage-intake.ts'
import { liveRotation, type RotationAsk } from '../../src/domain/key-rotation.ts'
import { keySecretDigest, keySecretHint } from '../../src/domain/key-secret.ts'
import { listAudit } from '../../src/store/audit.ts'
import { readCounter } from '../../src/store/counters.ts'
import { feedSource } from '../../src/store/feed.ts'
import {
  CONTEXT,
  createNamespace,
  dump,
  keyInput,
  type Rig,
  SCOPE,
  START_MS,
  startRig,
} from './harness.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
let rig: Rig
/** Of the key `ci`. */
let first: string
let id: string
beforeEach(async () => {
  rig = await startRig({ started: false })
  await createNamespace(rig)
  const { value } = await rig.control.keys.create(CONTEXT, SCOPE, keyInput('ci'))
  first = value.secret
  id = value.key.id
})
afterEach(() => rig.close())

const refusal = (code: string) => expect.objectContaining({ code })

function ask(changes: Partial<RotationAsk> = {}): RotationAsk {
  return { graceSeconds: 3600, hardEndMs: null, replaces: false, ...changes }
}

async function rotate(changes: Partial<RotationAsk> = {}): Promise<string> {
  const { value } = await rig.control.keyRotations.rotate(CONTEXT, SCOPE, 'ci', ask(changes))
  return value.secret
}

function use(secret: string, atMs = rig.clock.now()) {
  return { keyId: id, digest: keySecretDigest(secret), atMs }
}

async function tell(...uses: ReturnType<typeof use>[]): Promise<void> {
  await takeFirstUses(rig, uses)
}

const key = () => rig.control.keys.get(SCOPE, 'ci')
const ends = () => new RotationEnds({ ...rig, logger: { info() {}, warn() {}, error() {} } })

/** The secrets that nodes are told of, and until when each works. */
async function entries(): Promise<Record<string, number | null>> {
  const found = await feedSource(rig.store).changesSince(0)
  const own = found!.keys.filter((entry) => entry.keyId === id)
  return Object.fromEntries(own.map((entry) => [entry.digest, entry.expireMs]))
}

async function newestAudit() {
  return (await listAudit(rig.store.db)).at(-1)!
}

describe('rotating a key', () => {
  it('gives it a second secret, told once, and has both work', async () => {
    const { value, propagation } = await rig.control.keyRotations.rotate(
      CONTEXT,
      SCOPE,
      'ci',
      ask(),
    )
    expect(value.secret).not.toBe(first)
    expect(value.key).toMatchObject({
      id,
      hint: keySecretHint(value.secret),
      rotation: { oldHint: keySecretHint(first), startedAtMs: START_MS, newUsedAtMs: null },
      changedRevision: propagation.revision,
    })
    expect(await entries()).toEqual({
      [keySecretDigest(first)]: START_MS + 30 * DAY_MS,
      [keySecretDigest(value.secret)]: null,
    })
    const text = await dump(rig.store)
    for (const secret of [first, value.secret]) expect(text).not.toContain(secret)
    expect(rig.nodes.announced.at(-1)).toBe(propagation.revision)
    const audit = await newestAudit()
    expect(audit).toMatchObject({ action: 'key.rotated', entityName: 'ci' })
    const events = await rig.store.db.selectFrom('events').selectAll().execute()
    expect(events.map((event) => event.type)).toContain('key.rotated')
  })

  it('is refused for a key that is not there, and for one that has expired', async () => {
    await expect(rig.control.keyRotations.rotate(CONTEXT, SCOPE, 'gone', ask())).rejects.toEqual(
      refusal('not_found'),
    )
    await rig.control.keys.update(CONTEXT, SCOPE, 'ci', { expireMs: START_MS + 1 })
    rig.clock.advance(1)
    await expect(rotate()).rejects.toEqual(refusal('conflict'))
  })

  it('refuses a hard end before the grace could be over', async () => {
    await expect(rotate({ hardEndMs: START_MS + HOUR_MS - 1 })).rejects.toEqual(
      refusal('invalid_body'),
    )
    expect((await key()).rotation).toBeNull()
  })

  it('is refused while another runs, and then replaces what nobody used', async () => {
    const second = await rotate()
    await expect(rotate()).rejects.toEqual(refusal('rotation_under_way'))
    rig.clock.advance(DAY_MS)
    const third = await rotate({ replaces: true })
    expect(await entries()).toEqual({
      [keySecretDigest(first)]: START_MS + 30 * DAY_MS,
      [keySecretDigest(third)]: null,
    })
    // What was told of the secret that is gone says nothing of the one that took its place.
    await tell(use(second))
    expect((await key()).rotation).toMatchObject({ newUsedAtMs: null })
  })

  it('ends the old secret when a new one that is in use is replaced', async () => {
    const second = await rotate()
    await tell(use(second))
    const third = await rotate({ replaces: true })
    expect(await entries()).toEqual({
      [keySecretDigest(second)]: START_MS + 30 * DAY_MS,
      [keySecretDigest(third)]: null,
    })
  })

  it('never leaves more than two secrets, whatever is done to a key', async () => {
    const secrets = [first]
    for (let round = 0; round < 6; round++) {
      secrets.push(await rotate({ replaces: true }))
      if (round % 2 === 0) await tell(use(secrets.at(-1)!))
      expect(Object.keys(await entries())).toHaveLength(2)
    }
    expect(Object.keys(await entries())).toContain(keySecretDigest(secrets.at(-1)!))
  })

  it('goes on for a key whose expiry is moved: the sooner end counts for the old secret', async () => {
    const second = await rotate()
    await rig.control.keys.update(CONTEXT, SCOPE, 'ci', { expireMs: START_MS + DAY_MS })
    expect(await entries()).toEqual({
      [keySecretDigest(first)]: START_MS + DAY_MS,
      [keySecretDigest(second)]: START_MS + DAY_MS,
    })
    await rig.control.keys.update(CONTEXT, SCOPE, 'ci', { expireMs: START_MS + 99 * DAY_MS })
    expect(await entries()).toEqual({
      [keySecretDigest(first)]: START_MS + 30 * DAY_MS,
      [keySecretDigest(second)]: START_MS + 99 * DAY_MS,
    })
  })
})

describe('the first use of a new secret', () => {
  it('has the grace begin, told to the nodes, by the system', async () => {
    const second = await rotate()
    rig.clock.advance(500)
    await tell(use(second, START_MS + 400))
    expect((await key()).rotation).toMatchObject({
      newUsedAtMs: START_MS + 400,
      oldEndsAtMs: START_MS + 400 + HOUR_MS,
    })
    expect((await entries())[keySecretDigest(first)]).toBe(START_MS + 400 + HOUR_MS)
    const revision = await readCounter(rig.store.db, 'revision')
    expect(rig.nodes.announced.at(-1)).toBe(revision)
    expect(await key()).toMatchObject({ changedRevision: revision, updatedAtMs: START_MS })
    expect(await newestAudit()).toMatchObject({
      action: 'key.rotation-started',
      actor: { name: 'system' },
      revision,
    })
  })

  it('is the earliest of those that are told together, and the first of those that come later', async () => {
    const second = await rotate()
    rig.clock.advance(1000)
    await tell(use(second, START_MS + 300), use(second, START_MS + 200))
    const revision = await readCounter(rig.store.db, 'revision')
    await tell(use(second, START_MS + 100))
    await tell(use(second, START_MS + 900))
    expect((await key()).rotation!.newUsedAtMs).toBe(START_MS + 200)
    expect(await readCounter(rig.store.db, 'revision')).toBe(revision)
  })

  it('is one change when many tell of it at once', async () => {
    const second = await rotate()
    const before = await readCounter(rig.store.db, 'revision')
    await Promise.all(Array.from({ length: 20 }, () => tell(use(second))))
    expect(await readCounter(rig.store.db, 'revision')).toBe(before + 1)
  })

  it('ends the old secret at once where it has no grace', async () => {
    const second = await rotate({ graceSeconds: 0 })
    await tell(use(second))
    expect((await entries())[keySecretDigest(first)]).toBe(START_MS)
    expect(liveRotation((await key()).rotation, START_MS)).toBeNull()
  })

  it('counts with a delivery that was counted before', async () => {
    const second = await rotate()
    const delivery = { node: 'n', boot: 'b', sequence: 1, rows: [], lastUses: [] }
    await takeUsage(rig, delivery)
    await takeUsage(rig, { ...delivery, firstUses: [use(second)] })
    expect((await key()).rotation!.newUsedAtMs).toBe(START_MS)
  })

  it('means nothing for a key that is gone, has one secret, or for its old secret', async () => {
    const before = await readCounter(rig.store.db, 'revision')
    await tell({ ...use(first), keyId: 'gone' }, use(first))
    expect(await readCounter(rig.store.db, 'revision')).toBe(before)
    await rotate()
    await tell(use(first))
    expect((await key()).rotation!.newUsedAtMs).toBeNull()
  })
})

describe('whatever is done to a key', () => {
  /** Which of the secrets that were ever handed out work now, by what the nodes are told. */
  async function working(secrets: readonly string[]): Promise<string[]> {
    const told = await entries()
    const nowMs = rig.clock.now()
    return secrets.filter((secret) => {
      const expireMs = told[keySecretDigest(secret)]
      return expireMs === null || (expireMs !== undefined && nowMs < expireMs)
    })
  }

  const step = fc.oneof(
    fc.record({ kind: fc.constant('rotate' as const), replaces: fc.boolean() }),
    fc.record({ kind: fc.constant('use' as const), secret: fc.nat(7) }),
    fc.record({ kind: fc.constant('cancel' as const), isForced: fc.boolean() }),
    fc.constant({ kind: 'finish' as const }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 3_599_999, DAY_MS) }),
    fc.constant({ kind: 'clear' as const }),
  )

  it('one or two secrets work: those that the answers speak of, and no caller of a used one is cut off', async () => {
    let keys = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        keys += 1
        const name = `key-${keys}`
        const { value } = await rig.control.keys.create(CONTEXT, SCOPE, keyInput(name))
        id = value.key.id
        const secrets = [value.secret]
        const { keyRotations } = rig.control
        const refused = (error: { code?: string }) => {
          expect(error.code).toMatch(/^(rotation_under_way|no_rotation|new_secret_used)$/)
        }
        for (const one of steps) {
          const before = await rig.control.keys.get(SCOPE, name)
          const couldBefore = await working(secrets)
          if (one.kind === 'rotate') {
            const changes = ask({ replaces: one.replaces })
            const rotated = keyRotations.rotate(CONTEXT, SCOPE, name, changes)
            await rotated.then(({ value }) => void secrets.push(value.secret), refused)
          } else if (one.kind === 'use') {
            const secret = secrets.at(-1 - (one.secret % secrets.length))!
            if (couldBefore.includes(secret)) await tell(use(secret))
          } else if (one.kind === 'cancel') {
            await keyRotations.cancel(CONTEXT, SCOPE, name, one.isForced).catch(refused)
          } else if (one.kind === 'finish') {
            await keyRotations.finish(CONTEXT, SCOPE, name).catch(refused)
          } else if (one.kind === 'wait') rig.clock.advance(one.ms)
          else await ends().tick()

          const after = await rig.control.keys.get(SCOPE, name)
          const can = await working(secrets)
          const running = liveRotation(after.rotation, rig.clock.now())
          const hints = running === null ? [after.hint] : [running.oldHint, after.hint]
          expect(can.map(keySecretHint).sort()).toEqual(hints.sort())
          // A rotation takes from callers at most the old one of two that are both in use.
          if (one.kind === 'rotate') {
            const gone = couldBefore.filter((secret) => !can.includes(secret))
            const wasUsed = before.rotation?.newUsedAtMs !== null
            const lost = wasUsed ? before.rotation?.oldHint : before.hint
            for (const secret of gone) expect(keySecretHint(secret)).toBe(lost)
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('a key that is rotated', () => {
  it('may be disabled, before and meanwhile: no secret works then', async () => {
    const disable = (disabled: boolean) =>
      rig.control.keys.update(CONTEXT, SCOPE, 'ci', { disabled })
    await disable(true)
    await rotate()
    const disabled = (await feedSource(rig.store).changesSince(0))!.keys
    expect(disabled.map((entry) => entry.isDisabled)).toEqual([true, true])
    await disable(false)
    const enabled = (await feedSource(rig.store).changesSince(0))!.keys
    expect(enabled.map((entry) => entry.isDisabled ?? false)).toEqual([false, false])
  })

  it('is brought back with both secrets, and with one when the old one has ended meanwhile', async () => {
    const second = await rotate()
    const digests = [keySecretDigest(first), keySecretDigest(second)].sort()
    for (const day of [0, 29]) {
      await rig.control.keys.delete(CONTEXT, SCOPE, 'ci')
      expect(await entries()).toEqual({})
      await tell(use(second))
      rig.clock.advance(day * DAY_MS)
      await rig.control.deletedKeys.restore(CONTEXT, SCOPE, id, {})
      expect(Object.keys(await entries()).sort()).toEqual(digests)
      expect((await key()).rotation!.newUsedAtMs).toBeNull()
    }
    await rig.control.keys.delete(CONTEXT, SCOPE, 'ci')
    rig.clock.advance(DAY_MS)
    await rig.control.deletedKeys.restore(CONTEXT, SCOPE, id, {})
    expect((await entries())[keySecretDigest(first)]).toBe(rig.clock.now())
    await ends().tick()
    expect(await entries()).toEqual({ [keySecretDigest(second)]: null })
  })
})

describe('the end of a rotation', () => {
  it('goes back to the old secret when it is canceled', async () => {
    await rotate()
    const { value, propagation } = await rig.control.keyRotations.cancel(
      CONTEXT,
      SCOPE,
      'ci',
      false,
    )
    expect(value).toMatchObject({ hint: keySecretHint(first), rotation: null })
    expect(await entries()).toEqual({ [keySecretDigest(first)]: null })
    expect(rig.nodes.announced.at(-1)).toBe(propagation.revision)
    expect((await newestAudit()).action).toBe('key.rotation-canceled')
    await expect(rig.control.keyRotations.cancel(CONTEXT, SCOPE, 'ci', true)).rejects.toEqual(
      refusal('no_rotation'),
    )
  })

  it('is not canceled under callers of the new secret, unless by force', async () => {
    const second = await rotate()
    await tell(use(second))
    const cancel = (isForced: boolean) =>
      rig.control.keyRotations.cancel(CONTEXT, SCOPE, 'ci', isForced)
    await expect(cancel(false)).rejects.toEqual(refusal('new_secret_used'))
    await cancel(true)
    expect(await entries()).toEqual({ [keySecretDigest(first)]: null })
  })

  it('comes at once when it is finished', async () => {
    const second = await rotate()
    const { value, propagation } = await rig.control.keyRotations.finish(CONTEXT, SCOPE, 'ci')
    expect(value.rotation).toBeNull()
    expect(await entries()).toEqual({ [keySecretDigest(second)]: null })
    expect(rig.nodes.announced.at(-1)).toBe(propagation.revision)
    expect((await newestAudit()).action).toBe('key.rotation-finished')
    await expect(rig.control.keyRotations.finish(CONTEXT, SCOPE, 'ci')).rejects.toEqual(
      refusal('no_rotation'),
    )
  })

  it('comes by itself, is recorded once, and leaves the new secret', async () => {
    const second = await rotate({ graceSeconds: 60 })
    await tell(use(second))
    await ends().tick()
    rig.clock.advance(59_999)
    await ends().tick()
    expect((await key()).rotation).not.toBeNull()
    rig.clock.advance(1)
    await Promise.all([ends().tick(), ends().tick()])
    expect((await key()).rotation).toBeNull()
    expect(await entries()).toEqual({ [keySecretDigest(second)]: null })
    const audit = await listAudit(rig.store.db)
    expect(audit.filter(({ action }) => action === 'key.rotation-finished')).toMatchObject([
      { actor: { name: 'system' }, revision: rig.nodes.announced.at(-1) },
    ])
  })

  it('comes at the hard end when nobody used the new secret', async () => {
    await rotate()
    rig.clock.advance(30 * DAY_MS)
    // Whether or not it is cleared away yet, there is no rotation any more.
    await expect(rig.control.keyRotations.finish(CONTEXT, SCOPE, 'ci')).rejects.toEqual(
      refusal('no_rotation'),
    )
    await ends().tick()
    expect((await key()).rotation).toBeNull()
  })

  it('clears many away in a few changes', async () => {
    for (let i = 0; i < 130; i++) {
      const name = `key-${i}`
      await rig.control.keys.create(CONTEXT, SCOPE, keyInput(name))
      await rig.control.keyRotations.rotate(CONTEXT, SCOPE, name, ask())
    }
    rig.clock.advance(31 * DAY_MS)
    const before = await readCounter(rig.store.db, 'revision')
    await ends().tick()
    expect(await readCounter(rig.store.db, 'revision')).toBe(before + 2)
  })
})
