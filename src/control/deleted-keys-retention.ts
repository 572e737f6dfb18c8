import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { DELETED_KEYS_DAYS } from '../domain/deleted-key.ts'
import { insertAudit } from '../store/audit.ts'
import { takeCutoff } from '../store/cutoff.ts'
import { purgeOutdatedKeys } from '../store/deleted-keys.ts'
import { purgeEntry } from './deleted-keys.ts'
import type { ControlDeps } from './deps.ts'
import { Sweep } from './sweep.ts'

const KEYS_AT_ONCE = 500

/** Forgets deleted keys when the time to bring them back is over. */
export function deletedKeysRetention(
  deps: Pick<ControlDeps, 'store' | 'logger' | 'deletedKeysDays'>,
): Sweep {
  return new Sweep({
    sweep: (signal) => purge(deps, signal),
    failure: 'deleted keys could not be forgotten',
    logger: deps.logger,
  })
}

async function purge(
  { store, deletedKeysDays = DELETED_KEYS_DAYS }: Pick<ControlDeps, 'store' | 'deletedKeysDays'>,
  signal: AbortSignal,
): Promise<void> {
  const untilMs = await takeCutoff(store, 'deleted_keys_cutoff', deletedKeysDays)
  while (!signal.aborted) {
    // No change: what is forgotten here opened nothing before, and no node has to be told.
    const purged = await store.db.transaction().execute(async (trx) => {
      const keys = await purgeOutdatedKeys(trx, untilMs, KEYS_AT_ONCE)
      const change = { revision: null, nowMs: store.clock.now(), actor: SYSTEM_ACTOR }
      for (const key of keys) await insertAudit(trx, change, purgeEntry(key))
      return keys.length
    })
    if (purged < KEYS_AT_ONCE) return
  }
}
