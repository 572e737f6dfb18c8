import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { utcSecondsOrNull } from '../lib/utc-time.ts'
import { change } from '../store/change.ts'
import { endedRotations, endRotation, nextRotationEndMs } from '../store/key-rotation.ts'
import type { ControlDeps } from './deps.ts'
import { DueLoop } from './due-loop.ts'
import { touchKey } from './keys-changed.ts'

/** A rotation may have been begun, or its new secret used, in the meantime. */
const LOOK_EVERY_MS = 15_000
const RETRY_MS = 1_000
/** In one change. */
const KEYS_AT_ONCE = 100

/**
 * Clears old secrets away whose time is over. They are refused already, and no answer shows them: the
 * gateway and the API compare with the clock. What is left to do is the record, and to free the nodes of them.
 */
export class RotationEnds {
  readonly #deps: Pick<ControlDeps, 'store' | 'nodes' | 'logger'>
  readonly #loop: DueLoop

  constructor(deps: Pick<ControlDeps, 'store' | 'nodes' | 'logger'>) {
    this.#deps = deps
    const { store, logger } = deps
    this.#loop = new DueLoop({
      turn: async () => {
        await this.tick()
        return await nextRotationEndMs(store.db)
      },
      lookEveryMs: LOOK_EVERY_MS,
      retryMs: RETRY_MS,
      failure: 'old secrets could not be cleared away',
      clock: store.clock,
      logger,
    })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Clears what has ended until now. */
  async tick(): Promise<void> {
    while (await this.#clearSome());
  }

  /** Whether there may be more. */
  async #clearSome(): Promise<boolean> {
    const { store, nodes } = this.#deps
    if ((await endedRotations(store.db, store.clock.now(), 1)).length === 0) return false
    try {
      const { revision, value } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
        const ended = await endedRotations(handle.trx, handle.nowMs, KEYS_AT_ONCE)
        if (ended.length === 0) throw new NothingEnded()
        for (const key of ended) {
          await endRotation(handle.trx, key.id)
          await touchKey(handle, key.id)
          handle.audit({
            action: 'key.rotation-finished',
            entityId: key.id,
            entityName: key.name,
            scope: { projectId: key.projectId, regionId: key.regionId },
            before: { old_hint: key.oldHint, new_used_at: utcSecondsOrNull(key.newUsedAtMs) },
            after: { hint: key.hint, rotation: null },
          })
        }
        return ended.length
      })
      nodes.announce(revision)
      return value === KEYS_AT_ONCE
    } catch (error) {
      if (error instanceof NothingEnded) return false
      throw error
    }
  }
}

/** Another process was faster. */
class NothingEnded extends Error {}
