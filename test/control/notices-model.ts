import fc from 'fast-check'
import { expect } from 'vitest'
import { NoticeScheduler } from '../../src/control/notices.ts'
import type { Key } from '../../src/domain/key.ts'
import { unreachable } from '../../src/lib/assert.ts'
import { forgetEvents } from '../../src/store/event-retention.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { CONTEXT, keyInput, type Rig, SCOPE } from './harness.ts'

const DAY_MS = 86_400_000
const KEYS = 3
const EXPIRE_DAYS = 45

type Step =
  | { readonly kind: 'clock'; readonly days: number }
  | { readonly kind: 'pass'; readonly by: readonly number[] }
  | { readonly kind: 'start anew' | 'forget events' }
  | { readonly kind: 'renew'; readonly key: number; readonly days: number }
  | { readonly kind: 'delete or restore'; readonly key: number }
  | { readonly kind: 'want'; readonly noticeDays: readonly number[] }

const key = fc.integer({ min: 0, max: KEYS - 1 })

export const STEPS: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('clock' as const), days: fc.integer({ min: -30, max: 40 }) }),
  fc.record({ kind: fc.constant('pass' as const), by: fc.constantFrom([0], [1], [0, 1]) }),
  fc.record({ kind: fc.constantFrom('start anew' as const, 'forget events' as const) }),
  fc.record({ kind: fc.constant('renew' as const), key, days: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('delete or restore' as const), key }),
  fc.record({
    kind: fc.constant('want' as const),
    noticeDays: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
  }),
)

/** Three keys and two control processes, and what must be true of what they tell. */
export class NoticesModel {
  readonly #rig: Rig
  readonly #keys: { name: string; id: string; isDeleted: boolean }[] = []
  readonly #stores: Store[] = []
  readonly #schedulers: NoticeScheduler[] = []
  readonly #told: string[] = []
  #lastId = 0

  constructor(rig: Rig) {
    this.#rig = rig
  }

  /** @param prefix - Of the names of its keys. */
  static async start(rig: Rig, prefix: string): Promise<NoticesModel> {
    const model = new NoticesModel(rig)
    await model.#makeKeys(prefix)
    for (let i = 0; i < 2; i++) await model.#startProcess(i)
    return model
  }

  async take(step: Step): Promise<void> {
    const { clock, control, store } = this.#rig
    switch (step.kind) {
      case 'clock':
        return clock.advance(step.days * DAY_MS)
      case 'pass':
        // One after the other: both are in this thread, where one that waits for a lock keeps it from the other.
        for (const i of step.by) await this.#schedulers[i]!.pass()
        return await this.#collect()
      case 'start anew':
        return await this.#startProcess(0)
      case 'forget events':
        return await forgetEvents(store, 1)
      case 'renew': {
        const { name, isDeleted } = this.#keys[step.key]!
        const expireMs = clock.now() + step.days * DAY_MS
        if (!isDeleted) await control.keys.update(CONTEXT, SCOPE, name, { expireMs })
        return
      }
      case 'delete or restore':
        return await this.#deleteOrRestore(step.key)
      case 'want':
        await control.keySettings.update(CONTEXT, SCOPE.projectId, step)
        return
      default:
        return unreachable(step)
    }
  }

  /** In the end every expiry has been told of, and nothing twice. */
  async end(): Promise<void> {
    for (const [i, { isDeleted }] of this.#keys.entries()) {
      if (isDeleted) await this.#deleteOrRestore(i)
    }
    const keys = await Promise.all(
      this.#keys.map(({ name }) => this.#rig.control.keys.get(SCOPE, name)),
    )
    await this.take({ kind: 'pass', by: [0, 1] })
    await this.take({ kind: 'clock', days: 200 })
    await this.take({ kind: 'pass', by: [0, 1] })
    expect(new Set(this.#told).size).toBe(this.#told.length)
    for (const one of keys) {
      const days = this.#daysToldOf(one)
      expect(days.at(-1)).toBe(0)
      expect(days).toEqual(days.toSorted((a, b) => b - a))
    }
  }

  async close(): Promise<void> {
    for (const store of this.#stores) await store.close()
    for (const { name, isDeleted } of this.#keys) {
      if (!isDeleted) await this.#rig.control.keys.delete(CONTEXT, SCOPE, name)
    }
  }

  async #makeKeys(prefix: string): Promise<void> {
    const expireMs = this.#rig.clock.now() + EXPIRE_DAYS * DAY_MS
    for (let i = 0; i < KEYS; i++) {
      const input = { ...keyInput(`${prefix}-${i}`), expireMs }
      const { value } = await this.#rig.control.keys.create(CONTEXT, SCOPE, input)
      this.#keys.push({ name: value.key.name, id: value.key.id, isDeleted: false })
    }
    await this.#collect()
    this.#told.length = 0
  }

  async #startProcess(i: number): Promise<void> {
    await this.#stores[i]?.close()
    const { path, clock } = this.#rig
    const store = await openStore({ path, clock })
    this.#stores[i] = store
    this.#schedulers[i] = new NoticeScheduler({ store, logger: { warn() {}, error() {} } })
  }

  async #deleteOrRestore(i: number): Promise<void> {
    const { keys, deletedKeys } = this.#rig.control
    const one = this.#keys[i]!
    if (one.isDeleted) await deletedKeys.restore(CONTEXT, SCOPE, one.id, {})
    else await keys.delete(CONTEXT, SCOPE, one.name)
    one.isDeleted = !one.isDeleted
  }

  async #collect(): Promise<void> {
    const rows = await this.#rig.store.db
      .selectFrom('events')
      .select(['id', 'type', 'key_id', 'data'])
      .where('id', '>', this.#lastId)
      .orderBy('id')
      .execute()
    for (const { id, type, key_id: keyId, data } of rows) {
      this.#lastId = id!
      if (type !== 'key.expiring' && type !== 'key.expired') continue
      const { expires_at, expired_at, days_before } = JSON.parse(data)
      this.#told.push(`${keyId} ${expires_at ?? expired_at} ${days_before ?? 0}`)
    }
  }

  /** Of the expiry that it has, in the order in which they were told. */
  #daysToldOf({ id, expireMs }: Key): number[] {
    const expiry = `${new Date(expireMs!).toISOString().slice(0, 19)}Z`
    return this.#told
      .filter((told) => told.startsWith(`${id} ${expiry} `))
      .map((told) => Number(told.split(' ')[2]))
  }
}
