import type { KeyPropagation as Found } from '../../control/key-propagation.ts'
import type { NodeStanding } from '../../feed/nodes.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { reads } from '../operation.ts'
import { KeyPropagation, KeyPropagationParams } from '../schemas/key-propagation.ts'

const KEY = '/v1/faas/keys/:project_id/:region_id/:key_name/propagation'

export const keyPropagationRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const get = {
      operationId: 'FaaSAuthKeyPropagationHandler.get',
      summary: "Read on which data nodes a key's newest change is in force",
      tags: ['keys'],
    }
    app.get(
      KEY,
      { schema: { ...reads(get, KeyPropagation), params: KeyPropagationParams } },
      async ({ params }) =>
        wire(await control.keyPropagation.get(scopeOf(params), params.key_name)),
    )
    done()
  }

function wire({ key, standing: { revision, state, nodes } }: Found) {
  return {
    key: key.name,
    key_id: key.id,
    deleted: key.isDeleted,
    revision,
    state,
    nodes: nodes.map((node) => nodeWire(node, revision)),
  }
}

function nodeWire(node: NodeStanding, revision: number) {
  const { name, isConnected, counts, appliedRevision, silentMs } = node
  return {
    name,
    connected: isConnected,
    counts,
    applied_revision: appliedRevision < 0 ? null : appliedRevision,
    applied: appliedRevision >= revision,
    silent_for_seconds: silentMs === undefined ? null : Math.round(silentMs / 100) / 10,
  }
}
