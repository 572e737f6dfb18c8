import type { Scope } from '../domain/names.ts'
import type { RevisionStanding } from '../feed/nodes.ts'
import { findKeyRevision, type KeyRevision } from '../store/key-revisions.ts'
import type { ControlDeps } from './deps.ts'
import { noKey, requireScope } from './scope.ts'

/** A key's newest change, and where it is in force. */
export interface KeyPropagation {
  readonly key: KeyRevision
  readonly standing: RevisionStanding
}

export interface KeyPropagationUseCases {
  /** By name or id; also of a key that was deleted, the newest of that name. */
  get(scope: Scope, nameOrId: string): Promise<KeyPropagation>
}

export function keyPropagationUseCases({
  store,
  nodes,
}: Pick<ControlDeps, 'store' | 'nodes'>): KeyPropagationUseCases {
  return {
    async get(scope, nameOrId) {
      await requireScope(store.db, scope)
      const key = await findKeyRevision(store.db, scope, nameOrId)
      if (key === undefined) throw noKey(nameOrId)
      return { key, standing: nodes.standing(key.revision) }
    },
  }
}
